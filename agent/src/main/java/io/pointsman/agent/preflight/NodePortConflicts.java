package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.BoundPort;
import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Node ports that a process of the node listens on as well, and is no longer reached at. */
public final class NodePortConflicts {
  private NodePortConflicts() {}

  /** One line for each, saying what to do. */
  public static List<String> of(FamilyPlan plan, Set<BoundPort> bound) {
    List<String> conflicts = new ArrayList<>();
    PersistentMap<ObjectName, ServicePlan> services = plan.services();
    if (!bound.isEmpty()) {
      services.forEach((Map.Entry<ObjectName, ServicePlan> service) ->
          service.getValue().ports().forEach(port -> of(port, bound, conflicts)));
    }
    return conflicts;
  }

  private static void of(PortPlan port, Set<BoundPort> bound, List<String> conflicts) {
    for (Frontend frontend : port.frontends()) {
      if (frontend.destination() instanceof Destination.NodePort nodePort
          && bound.contains(new BoundPort(nodePort.protocol(), nodePort.port()))) {
        conflicts.add(
            "Service %s: a process of this node listens on its node port %s and gets no more"
                    .formatted(port.name().display(), nodePort)
                + " connections from outside; find it with 'ss -lnp sport = :%d' and move it"
                    .formatted(nodePort.port()));
      }
    }
  }
}
