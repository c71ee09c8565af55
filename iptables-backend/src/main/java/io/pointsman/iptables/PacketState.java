package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first packet of a connection somewhere on its way through the rules.
 *
 * @param source its source address now
 * @param destination its destination address now
 * @param protocol its transport protocol
 * @param port its destination port now
 * @param inInterface where it came in; empty while it leaves the node that made it
 * @param mark the packet mark
 * @param redirected the destination was settled by DNAT
 * @param changed DNAT settled for something else than the packet had; what {@code ctstate DNAT}
 *     tells ({@code nf_nat_setup_info} of net/netfilter/nf_nat_core.c)
 * @param masqueraded the source was settled by MASQUERADE
 * @param share how probable it is that a packet gets here
 * @param trail the rules that applied so far
 */
record PacketState(
    IpAddress source,
    IpAddress destination,
    Protocol protocol,
    int port,
    String inInterface,
    int mark,
    boolean redirected,
    boolean changed,
    boolean masqueraded,
    double share,
    Optional<Trail> trail) {

  /** The applied rules, last first, so that branches share what they have in common. */
  record Trail(Outcome.Step step, Optional<Trail> before) {}

  static PacketState of(Packet packet) {
    String inInterface =
        switch (packet.origin()) {
          case Packet.Origin.Node() -> "";
          case Packet.Origin.Arriving(String name) -> name;
        };
    return new PacketState(
        packet.source(),
        packet.destination(),
        packet.protocol(),
        packet.port(),
        inInterface,
        0,
        false,
        false,
        false,
        1,
        Optional.empty());
  }

  IpFamily family() {
    return destination.family();
  }

  PacketState after(Outcome.Step step) {
    return withTrail(Optional.of(new Trail(step, trail)));
  }

  PacketState withTrail(Optional<Trail> other) {
    return new PacketState(
        source,
        destination,
        protocol,
        port,
        inInterface,
        mark,
        redirected,
        changed,
        masqueraded,
        share,
        other);
  }

  PacketState withShare(double other) {
    return new PacketState(
        source,
        destination,
        protocol,
        port,
        inInterface,
        mark,
        redirected,
        changed,
        masqueraded,
        other,
        trail);
  }

  PacketState withMark(int other) {
    return new PacketState(
        source,
        destination,
        protocol,
        port,
        inInterface,
        other,
        redirected,
        changed,
        masqueraded,
        share,
        trail);
  }

  PacketState redirectedTo(IpAddress address, int number) {
    boolean isOther = !address.equals(destination) || number != port;
    return new PacketState(
        source,
        address,
        protocol,
        number,
        inInterface,
        mark,
        true,
        isOther,
        masqueraded,
        share,
        trail);
  }

  PacketState masqueradedAs(IpAddress address) {
    return new PacketState(
        address,
        destination,
        protocol,
        port,
        inInterface,
        mark,
        redirected,
        changed,
        true,
        share,
        trail);
  }

  /** Sent by the node to itself. */
  PacketState comingBackByLoopback() {
    return new PacketState(
        source,
        destination,
        protocol,
        port,
        "lo",
        mark,
        redirected,
        changed,
        masqueraded,
        share,
        trail);
  }

  /** The applied rules in order. */
  List<Outcome.Step> path() {
    List<Outcome.Step> steps = new ArrayList<>();
    for (Optional<Trail> at = trail; at.isPresent(); at = at.get().before()) {
      steps.add(at.get().step());
    }
    return steps.reversed();
  }
}
