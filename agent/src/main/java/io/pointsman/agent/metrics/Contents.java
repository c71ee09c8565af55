package io.pointsman.agent.metrics;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.ServicePlan;

/**
 * How much of a cluster a plan serves.
 *
 * @param ports of Services
 * @param frontends addresses with a port, and node ports
 * @param endpoints that some port of a Service leads to, counted once for each such port
 */
record Contents(long ports, long frontends, long endpoints) {
  static final Contents NONE = new Contents(0, 0, 0);

  /** The numbers for a plan, from those of an earlier one; costs what changed between them. */
  Contents after(
      PersistentMap<ObjectName, ServicePlan> before, PersistentMap<ObjectName, ServicePlan> after) {
    Count count = new Count(this);
    before.difference(after, count);
    return count.contents;
  }

  private Contents plus(ServicePlan plan, int sign) {
    Contents sum = this;
    for (PortPlan port : plan.ports()) {
      sum =
          new Contents(
              sum.ports + sign,
              sum.frontends + sign * (long) port.frontends().size(),
              sum.endpoints + sign * (long) port.reachable().size());
    }
    return sum;
  }

  private static final class Count implements PersistentMap.Changes<ObjectName, ServicePlan> {
    private Contents contents;

    Count(Contents contents) {
      this.contents = contents;
    }

    @Override
    public void added(ObjectName name, ServicePlan plan) {
      contents = contents.plus(plan, 1);
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      contents = contents.plus(plan, -1);
    }

    @Override
    public void changed(ObjectName name, ServicePlan before, ServicePlan after) {
      contents = contents.plus(before, -1).plus(after, 1);
    }
  }
}
