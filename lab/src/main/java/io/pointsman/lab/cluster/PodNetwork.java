package io.pointsman.lab.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How pods' packets get from node to node. */
public enum PodNetwork {
  /** A route on each node for each other node's pods. */
  HOST_ROUTES,
  /** Inside of packets between nodes: VXLAN (RFC 7348). */
  OVERLAY;

  /** The one that a file spells so: {@code host-routes} or {@code overlay}. */
  static Optional<PodNetwork> named(String name) {
    return Stream.of(values()).filter(one -> one.toString().equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
