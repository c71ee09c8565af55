package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;

/** What a rule does with a packet, after iptables-extensions(8). */
public sealed interface Action {
  /** On to a chain of the same table, and back when nothing there decides. */
  record Jump(String chain) implements Action {}

  /** Only read: on to a chain of the same table, and from there to where this one would return. */
  record Goto(String chain) implements Action {}

  record Return() implements Action {}

  record Accept() implements Action {}

  record Drop() implements Action {}

  /** The client is told that the port is unreachable. */
  record Reject(IpFamily family) implements Action {}

  /** The source becomes the node's own address, with a port at random. */
  record Masquerade() implements Action {}

  /** {@code --set-xmark}: the bits of the mask are cleared, then those of the value are flipped. */
  record SetMark(int value, int mask) implements Action {}

  /** The destination becomes this. */
  record Dnat(IpAddress address, int port) implements Action {}

  /** Only read: the words of a rule that none of ours looks like. */
  record Foreign(String text) implements Action {}
}
