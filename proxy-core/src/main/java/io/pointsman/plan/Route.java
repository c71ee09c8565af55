package io.pointsman.plan;

import java.util.List;

/**
 * What becomes of a new connection that arrives at a frontend.
 *
 * <p>Targets are sorted and each is chosen with the same probability. Whatever the route, a
 * connection that comes back to the pod it started from is masqueraded, or the answer would not
 * pass the node.
 */
public sealed interface Route {
  /** No endpoint at all can serve: the client is told at once. */
  record Reject() implements Route {}

  /** There are endpoints, but a policy of Local keeps this node from using them. */
  record Drop() implements Route {}

  /**
   * To a ClusterIP: balanced; the source is hidden when it is not a pod and pods are recognised, or
   * when all traffic to ClusterIPs is to be masqueraded.
   */
  record Internal(List<Target> targets) implements Route {
    public Internal {
      targets = List.copyOf(targets);
    }
  }

  /** From outside with policy Cluster: balanced over all, source always hidden. */
  record External(List<Target> targets) implements Route {
    public External {
      targets = List.copyOf(targets);
    }
  }

  /**
   * From outside with policy Local: pods and the node itself are served as from inside, by {@code
   * cluster} (a pod's source kept, the node's hidden); everyone else by {@code local} with the
   * source kept, or dropped when there is none.
   */
  record ExternalLocal(List<Target> cluster, List<Target> local) implements Route {
    public ExternalLocal {
      cluster = List.copyOf(cluster);
      local = List.copyOf(local);
    }
  }
}
