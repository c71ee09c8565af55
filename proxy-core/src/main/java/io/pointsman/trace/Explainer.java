package io.pointsman.trace;

import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.snapshot.ServiceState;
import java.util.List;

/** Explains packets by a plan and what the plan was made from. Pure. */
public final class Explainer {
  private final FamilyPlan plan;
  private final PlanTracer tracer;

  /**
   * @param traits of the mode that the plan is made for
   */
  public Explainer(FamilyPlan plan, ModeTraits traits) {
    this.plan = plan;
    this.tracer = new PlanTracer(plan, traits);
  }

  /** Why the packet fares as it does. */
  public Explanation explain(Packet packet, Host host) {
    return new Explanation(
        tracer.entrance(packet, host).map(entrance -> ofService(entrance, packet, host)),
        tracer.trace(packet, host));
  }

  private Explanation.OfService ofService(PlanTracer.Entrance entrance, Packet packet, Host host) {
    PortPlan port = entrance.port();
    Frontend frontend = entrance.frontend();
    TrafficPolicy policy = policy(port, frontend, packet, host);
    boolean restricted = frontend.kind() == Frontend.Kind.LOAD_BALANCER;
    List<Cidr> ranges = restricted ? port.sourceRanges() : List.of();
    List<Diagnostic> diagnostics =
        plan.services().get(port.name().service()).map(ServicePlan::diagnostics).orElse(List.of());
    return new Explanation.OfService(
        port.name(),
        frontend,
        policy,
        port.affinitySeconds(),
        ranges,
        new EndpointJudge(plan).judge(port.name(), policy),
        diagnostics);
  }

  /** From a pod or the node, external addresses of policy Local are served as from inside. */
  private TrafficPolicy policy(PortPlan port, Frontend frontend, Packet packet, Host host) {
    Route route = port.route(frontend);
    if (route instanceof Route.ExternalLocal) {
      boolean inside = tracer.isPod(packet) || host.isLocal(packet.source());
      return inside ? TrafficPolicy.CLUSTER : TrafficPolicy.LOCAL;
    }
    boolean local =
        frontend.kind() == Frontend.Kind.CLUSTER_IP
            && plan.inputs()
                .get(port.name().service())
                .flatMap(ServiceState::service)
                .filter(service -> service.internalTrafficPolicy() == TrafficPolicy.LOCAL)
                .isPresent();
    return local ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
  }
}
