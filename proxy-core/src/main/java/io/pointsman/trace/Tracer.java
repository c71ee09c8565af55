package io.pointsman.trace;

/**
 * Says what would become of a packet. Sends nothing and changes nothing; session affinity is told
 * for a client that was never seen before.
 */
@FunctionalInterface
public interface Tracer {
  /** All fates of the packet. */
  Trace trace(Packet packet, Host host);
}
