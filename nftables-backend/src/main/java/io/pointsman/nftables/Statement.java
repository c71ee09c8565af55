package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.Protocol;
import java.util.List;

/** One step of a rule: a condition that must hold, or something done to the packet. */
sealed interface Statement {
  /** The fields together are an element of the set. */
  record InSet(NamedSet set) implements Statement {}

  /** An address of the packet lies in the range, or does not. */
  record InRange(Field address, boolean negated, Cidr range) implements Statement {}

  /** The packet came in by the interface (or one whose name starts so), or did not. */
  record FromInterface(boolean negated, String name, boolean prefix) implements Statement {}

  /** An address of the packet is one of this machine's own. */
  record IsLocal(Field address) implements Statement {}

  /** The packet opens a connection. */
  record NewConnection() implements Statement {}

  /** The packet's connection has been redirected by a DNAT rule. */
  record Redirected() implements Statement {}

  /** Some bit of the mask is set in the packet's mark. */
  record Marked(int mask) implements Statement {}

  /** Sets the bits in the packet's mark. */
  record SetMark(int mask) implements Statement {}

  /** Turns over the bits in the packet's mark. */
  record FlipMark(int mask) implements Statement {}

  /** Looks the packet up and keeps the shape's number; the rule ends where nothing is found. */
  record FindShape(NamedSet map) implements Statement {}

  /** Goes to the chain of the shape just found. */
  record GoToShape() implements Statement {}

  /** Forgets the shape's number. */
  record ForgetShape() implements Statement {}

  /** The packet is of the protocol. */
  record IsProtocol(Protocol protocol) implements Statement {}

  /** Looks the packet up and keeps the number of the group of clients; ends where not found. */
  record FindGroup(NamedSet map) implements Statement {}

  /**
   * Looks up where the connection was first sent to, and keeps the number of the group of clients;
   * the rule ends where nothing is found. The protocol must have been tested before: nft knows no
   * ports without one.
   */
  record FindOriginalGroup(NamedSet map) implements Statement {}

  /** Turns to the group of the same Service port for the other policy. */
  record OtherGroup() implements Statement {}

  /** Replaces the number of the group by that of its timeout. */
  record FindTimeout() implements Statement {}

  /** The address to which the connection was first sent is an element of the set. */
  record FirstSentTo(NamedSet addresses) implements Statement {}

  /**
   * Rewrites the destination to the endpoint that is remembered for the client in this group; the
   * rule ends where there is none. The protocol must have been tested before.
   */
  record Recall() implements Statement {}

  /** Remembers the packet's destination for the client in this group, or prolongs its memory. */
  record Remember(int seconds) implements Statement {}

  /** Goes to the chain that the map holds for the packet, if any. */
  record GoToChain(NamedSet map) implements Statement {}

  /** Goes back to the chain from which the packet came. */
  record Return() implements Statement {}

  /** Rewrites the destination to one of so many endpoints, each with the same probability. */
  record Balance(NamedSet map, int count) implements Statement {}

  /** Hides the source behind the node's address, with a random port (RFC 6056). */
  record Masquerade() implements Statement {}

  /** Goes on in the chain and returns. */
  record Jump(String chain) implements Statement {}

  /** Throws the packet away. */
  record Drop() implements Statement {}

  /** Tells the sender that the port is unreachable. */
  record Reject() implements Statement {}

  /** A rule is its statements in order. */
  static List<Statement> rule(Statement... statements) {
    return List.of(statements);
  }
}
