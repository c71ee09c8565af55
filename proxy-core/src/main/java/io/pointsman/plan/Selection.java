package io.pointsman.plan;

import java.util.List;

/**
 * The endpoints of a Service port that this node may use.
 *
 * @param cluster for traffic under policy Cluster, sorted
 * @param local for traffic under policy Local, sorted
 * @param reachable the union that any route of the port uses, sorted
 * @param anyUsable some endpoint of the cluster could serve, though perhaps not for this node
 */
public record Selection(
    List<Target> cluster, List<Target> local, List<Target> reachable, boolean anyUsable) {
  static final Selection NOTHING = new Selection(List.of(), List.of(), List.of(), false);

  public Selection {
    cluster = List.copyOf(cluster);
    local = List.copyOf(local);
    reachable = List.copyOf(reachable);
  }
}
