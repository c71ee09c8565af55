package io.pointsman.agent.metrics;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;

/**
 * How many Service ports have endpoints in the cluster, but none that policy Local lets this node
 * use.
 *
 * @param internal because of internalTrafficPolicy
 * @param external because of externalTrafficPolicy
 */
record LocalGaps(int internal, int external) {
  static final LocalGaps NONE = new LocalGaps(0, 0);

  /** The numbers for a plan, from those of an earlier one; costs what changed between them. */
  LocalGaps after(
      PersistentMap<ObjectName, ServicePlan> before, PersistentMap<ObjectName, ServicePlan> after) {
    Count count = new Count();
    before.difference(after, count);
    return new LocalGaps(internal + count.internal, external + count.external);
  }

  private static final class Count implements PersistentMap.Changes<ObjectName, ServicePlan> {
    private int internal;
    private int external;

    private void add(ServicePlan plan, int sign) {
      for (PortPlan port : plan.ports()) {
        internal += port.internal() instanceof Route.Drop ? sign : 0;
        external += isExternalGap(port) ? sign : 0;
      }
    }

    private static boolean isExternalGap(PortPlan port) {
      return port.external() instanceof Route.ExternalLocal route
          && route.local().isEmpty()
          && port.frontends().stream().anyMatch(f -> f.kind() != Frontend.Kind.CLUSTER_IP);
    }

    @Override
    public void added(ObjectName name, ServicePlan plan) {
      add(plan, 1);
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      add(plan, -1);
    }

    @Override
    public void changed(ObjectName name, ServicePlan before, ServicePlan after) {
      add(before, -1);
      add(after, 1);
    }
  }
}
