package io.pointsman.kubernetes;

import io.pointsman.snapshot.ClusterEvent;
import java.util.Map;
import java.util.Optional;

/** Kinds of objects as far as reading them goes. */
final class Kinds {
  static final WatchedKind SERVICES =
      new WatchedKind(
          "services",
          "/api/v1/services",
          Map.of(),
          Optional.empty(),
          in -> ServiceReader.read(in, "").map(ClusterEvent.ServiceSet::new),
          ClusterEvent.ServiceGone::new,
          true,
          Optional.empty());

  static final WatchedKind SLICES =
      new WatchedKind(
          "endpointslices",
          "/apis/discovery.k8s.io/v1/endpointslices",
          Map.of(),
          Optional.empty(),
          in -> SliceReader.read(in, "").map(ClusterEvent.SliceSet::new),
          ClusterEvent.SliceGone::new,
          true,
          Optional.empty());

  private Kinds() {}
}
