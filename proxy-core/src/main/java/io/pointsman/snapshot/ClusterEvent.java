package io.pointsman.snapshot;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;

/** One object came, changed or went. */
public sealed interface ClusterEvent {
  /** The Service now reads so. */
  record ServiceSet(Service service) implements ClusterEvent {}

  /** The Service is gone, or hidden from this proxy by a label. */
  record ServiceGone(ObjectName name) implements ClusterEvent {}

  /** The slice now reads so; it may have changed to another Service. */
  record SliceSet(EndpointSlice slice) implements ClusterEvent {}

  /** The slice is gone, or hidden from this proxy by a label. */
  record SliceGone(ObjectName name) implements ClusterEvent {}

  /** This proxy's own Node now reads so. */
  record NodeSet(Node node) implements ClusterEvent {}

  /** This proxy's own Node is gone. */
  record NodeGone(String name) implements ClusterEvent {}

  /** The range for ClusterIPs now reads so. */
  record ServiceCidrSet(ServiceCidr cidr) implements ClusterEvent {}

  /** The range for ClusterIPs is gone. */
  record ServiceCidrGone(String name) implements ClusterEvent {}
}
