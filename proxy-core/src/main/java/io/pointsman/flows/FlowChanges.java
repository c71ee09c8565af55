package io.pointsman.flows;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.plan.Claimable;
import io.pointsman.plan.Claimants;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.ServicePlan;
import io.pointsman.snapshot.ServiceState;
import java.util.HashSet;
import java.util.Set;

/**
 * The frontends whose flows a step from one plan to the next can make stale: those that came, went
 * or changed hands, and those from which an endpoint went. One more endpoint makes nothing stale.
 *
 * <p>Frontends and their owners are taken from the claims. A Service whose rules the kernel refused
 * keeps its claims, so that flows which work go on.
 */
final class FlowChanges {
  private final FamilyPlan before;
  private final FamilyPlan after;
  private final Set<Destination> touched = new HashSet<>();

  private FlowChanges(FamilyPlan before, FamilyPlan after) {
    this.before = before;
    this.after = after;
  }

  /** In time proportional to what the plans differ in. */
  static Set<Destination> between(FamilyPlan before, FamilyPlan after) {
    FlowChanges changes = new FlowChanges(before, after);
    before.claims().difference(after.claims(), changes.new OfOwners());
    before.inputs().difference(after.inputs(), changes.new OfEndpoints());
    before.services().difference(after.services(), changes.new OfServices());
    if (!before.context().nodePortAddresses().equals(after.context().nodePortAddresses())) {
      changes.touchNodePorts();
    }
    return changes.touched;
  }

  private final class OfOwners implements PersistentMap.Changes<Claimable, Claimants> {
    @Override
    public void added(Claimable claimed, Claimants claimants) {
      touch(claimed);
    }

    @Override
    public void removed(Claimable claimed, Claimants claimants) {
      touch(claimed);
    }

    @Override
    public void changed(Claimable claimed, Claimants old, Claimants now) {
      if (!old.owner().equals(now.owner())) {
        touch(claimed);
      }
    }

    private void touch(Claimable claimed) {
      if (claimed instanceof Destination destination) {
        touched.add(destination);
      }
    }
  }

  private final class OfEndpoints implements PersistentMap.Changes<ObjectName, ServiceState> {
    @Override
    public void added(ObjectName name, ServiceState state) {
      // Its frontends, if it has any, came with it.
    }

    @Override
    public void removed(ObjectName name, ServiceState state) {
      // Its frontends, if it had any, went with it.
    }

    @Override
    public void changed(ObjectName name, ServiceState old, ServiceState now) {
      if (!old.slices().equals(now.slices())) {
        after.wishes().get(name).ifPresent(plan -> compare(plan, old, now));
      }
    }

    private void compare(ServicePlan plan, ServiceState old, ServiceState now) {
      for (PortPlan port : plan.ports()) {
        Set<Peer> then = KeptPeers.in(before.context()).of(port.name(), old.slices());
        Set<Peer> since = KeptPeers.in(after.context()).of(port.name(), now.slices());
        if (then.isEmpty() ? !since.isEmpty() : !since.containsAll(then)) {
          touch(port);
        }
      }
    }
  }

  /** A Service that the kernel takes again, whose clients met no rules meanwhile. */
  private final class OfServices implements PersistentMap.Changes<ObjectName, ServicePlan> {
    @Override
    public void added(ObjectName name, ServicePlan plan) {
      plan.ports().forEach(FlowChanges.this::touch);
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      // Gone, which the claims tell, or refused.
    }

    @Override
    public void changed(ObjectName name, ServicePlan old, ServicePlan now) {
      // Claims and slices tell what matters of it.
    }
  }

  private void touch(PortPlan port) {
    for (Frontend frontend : port.frontends()) {
      if (isOwner(port.name(), frontend.destination())) {
        touched.add(frontend.destination());
      }
    }
  }

  private boolean isOwner(ServicePortName port, Destination destination) {
    return after
        .claims()
        .get(destination)
        .filter(claimants -> claimants.owner().equals(port))
        .isPresent();
  }

  private void touchNodePorts() {
    after
        .claims()
        .forEach(claim -> {
          if (claim.getKey() instanceof Destination.NodePort nodePort) {
            touched.add(nodePort);
          }
        });
  }
}
