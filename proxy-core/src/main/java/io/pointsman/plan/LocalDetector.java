package io.pointsman.plan;

import io.pointsman.net.Cidr;

/** How to tell that a packet comes from a pod of this cluster (of this node, for interfaces). */
public sealed interface LocalDetector {
  /** Nothing is known; nobody is taken for a pod. */
  record None() implements LocalDetector {}

  /** The source address lies in the range: modes ClusterCIDR and NodeCIDR. */
  record SourceRange(Cidr cidr) implements LocalDetector {}

  /** The packet came in by this interface: mode BridgeInterface. */
  record Bridge(String interfaceName) implements LocalDetector {}

  /** The packet came in by an interface whose name starts so: mode InterfaceNamePrefix. */
  record InterfacePrefix(String prefix) implements LocalDetector {}
}
