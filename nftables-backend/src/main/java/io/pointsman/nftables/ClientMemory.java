package io.pointsman.nftables;

import io.pointsman.plan.AffinityGroup;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the clients of a Service port with affinity may be remembered for. A client has a memory for
 * each policy, as an endpoint of the one may be forbidden by the other; a connection to an endpoint
 * that both allow refreshes both, so it does not matter by which frontend it came.
 *
 * @param seconds how long after its last connection a client is remembered
 * @param cluster the group of the endpoints for policy Cluster
 * @param internal the group that the ClusterIP uses
 * @param clusterMembers the endpoints for policy Cluster
 * @param localMembers this node's endpoints, for policy Local
 */
record ClientMemory(
    int seconds, int cluster, int internal, Set<Target> clusterMembers, Set<Target> localMembers) {
  /** What is remembered for the port; empty when it has no affinity. */
  static Optional<ClientMemory> of(PortPlan port) {
    return port.affinitySeconds() == 0 ? Optional.empty() : Optional.of(planned(port));
  }

  private static ClientMemory planned(PortPlan port) {
    int group = AffinityGroup.of(port.name()).number();
    List<Target> everywhere = List.of();
    Set<Target> here = new LinkedHashSet<>();
    switch (port.external()) {
      case Route.External(List<Target> targets) -> everywhere = targets;
      case Route.ExternalLocal(List<Target> cluster, List<Target> local) -> {
        everywhere = cluster;
        here.addAll(local);
      }
      case Route.Internal(List<Target> targets) -> everywhere = targets;
      case Route.Drop(), Route.Reject() -> {}
    }
    List<Target> internal =
        port.internal() instanceof Route.Internal(List<Target> targets) ? targets : List.of();
    // Equal sets may become unequal: then the ClusterIP goes on with what both have remembered.
    if (internal.stream().allMatch(Target::local)) {
      here.addAll(internal);
    }
    return new ClientMemory(
        port.affinitySeconds(),
        group,
        internal.equals(everywhere) ? group : group ^ 1,
        new LinkedHashSet<>(everywhere),
        here);
  }

  /** The group in which the chain of this frontend looks first. */
  int groupOf(Frontend frontend) {
    return frontend.kind() == Frontend.Kind.CLUSTER_IP ? internal : cluster;
  }

  /** The group of this node's endpoints. */
  int local() {
    return cluster ^ 1;
  }
}
