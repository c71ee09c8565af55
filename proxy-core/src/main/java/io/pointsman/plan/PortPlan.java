package io.pointsman.plan;

import io.pointsman.model.ServicePortName;
import io.pointsman.net.Cidr;
import java.util.List;

/**
 * Everything a backend must know of one Service port in one family.
 *
 * @param name identity of the Service port
 * @param frontends the ways in that this port owns, sorted
 * @param internal what becomes of connections to the ClusterIP
 * @param external what becomes of connections to all other frontends
 * @param affinitySeconds how long a client stays with its endpoint; 0 without session affinity
 * @param sourceRanges who may use the load balancer addresses; empty for everybody
 * @param reachable every endpoint that some route uses, sorted
 */
public record PortPlan(
    ServicePortName name,
    List<Frontend> frontends,
    Route internal,
    Route external,
    int affinitySeconds,
    List<Cidr> sourceRanges,
    List<Target> reachable) {
  public PortPlan {
    frontends = List.copyOf(frontends);
    sourceRanges = List.copyOf(sourceRanges);
    reachable = List.copyOf(reachable);
  }

  /** The route of connections to this frontend. */
  public Route route(Frontend frontend) {
    return frontend.kind() == Frontend.Kind.CLUSTER_IP ? internal : external;
  }

  PortPlan withFrontends(List<Frontend> kept) {
    return kept.equals(frontends)
        ? this
        : new PortPlan(name, kept, internal, external, affinitySeconds, sourceRanges, reachable);
  }

  PortPlan withoutAffinity() {
    return new PortPlan(name, frontends, internal, external, 0, sourceRanges, reachable);
  }
}
