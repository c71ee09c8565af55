package io.pointsman.model;

import java.util.List;

/**
 * The Node that the proxy runs on.
 *
 * @param name {@code metadata.name}
 * @param zone label {@code topology.kubernetes.io/zone}; empty when absent
 * @param addresses {@code status.addresses}: those of type InternalIP, then those of type
 *     ExternalIP
 * @param podCidrs {@code spec.podCIDRs}
 * @param beingDeleted has a deletion timestamp or the taint of the cluster autoscaler that
 *     announces deletion
 */
public record Node(
    String name, String zone, List<String> addresses, List<String> podCidrs, boolean beingDeleted) {
  public Node {
    addresses = List.copyOf(addresses);
    podCidrs = List.copyOf(podCidrs);
  }
}
