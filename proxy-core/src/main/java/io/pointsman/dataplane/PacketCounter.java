package io.pointsman.dataplane;

/** What the rules of a mode may count packets of, whatever their Service. */
public enum PacketCounter {
  /** Dropped on their way through the node, as they belong to no connection that is known. */
  INVALID_DROPPED,
  /** First packets of connections from the node itself to a node port on a loopback address. */
  LOCALHOST_NODE_PORT_ACCEPTED
}
