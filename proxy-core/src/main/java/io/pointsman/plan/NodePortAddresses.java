package io.pointsman.plan;

import io.pointsman.net.IpAddress;
import java.util.SortedSet;
import java.util.TreeSet;

/** The node's own addresses on which NodePorts answer. */
public sealed interface NodePortAddresses {
  /** Every address of the node, whenever it appears. */
  record All() implements NodePortAddresses {}

  /** These addresses; possibly none. */
  record Only(SortedSet<IpAddress> addresses) implements NodePortAddresses {
    public Only {
      addresses = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
    }
  }
}
