package io.pointsman.agent.explain;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person asks.
 *
 * @param from the client's address
 * @param to address, port and protocol that the client sends to, as in {@code 10.96.0.10:53/udp} or
 *     {@code [fd00::10]:53/udp}; TCP unless said otherwise
 * @param interfaceName by which the packet comes in; empty to leave it open
 * @param kernel look at the rules that the kernel holds rather than at those planned
 */
public record Question(String from, String to, String interfaceName, boolean kernel) {
  /**
   * The packet, which comes from the node itself when its source is one of the node's addresses.
   *
   * @throws IllegalArgumentException saying what cannot be read
   */
  Packet packet(Host host) {
    IpAddress source = address("--from", from);
    int slash = to.indexOf('/');
    String place = slash < 0 ? to : to.substring(0, slash);
    int colon = place.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("--to '" + to + "' has no port: write ADDRESS:PORT[/udp]");
    }
    IpAddress destination =
        address("--to", place.substring(0, colon).replaceAll("^\\[(.*)]$", "$1"));
    Packet.Origin origin =
        interfaceName.isEmpty() && host.isLocal(source)
            ? new Packet.Origin.Node()
            : new Packet.Origin.Arriving(interfaceName);
    return new Packet(
        origin,
        source,
        destination,
        slash < 0 ? Protocol.TCP : protocol(to.substring(slash + 1)),
        port(place.substring(colon + 1)));
  }

  /** The family of the packet. */
  IpFamily family() {
    return address("--from", from).family();
  }

  private static IpAddress address(String option, String text) {
    return IpAddress.parse(text)
        .orElseThrow(
            () -> new IllegalArgumentException(option + ": '" + text + "' is not an IP address"));
  }

  private static Protocol protocol(String text) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.lowerCase().equals(text.toLowerCase(Locale.ROOT))) {
        return protocol;
      }
    }
    throw new IllegalArgumentException("--to: protocol '" + text + "' is not tcp, udp or sctp");
  }

  private static int port(String text) {
    return Optional.of(text)
        .filter(digits -> digits.matches("[0-9]{1,5}"))
        .map(Integer::valueOf)
        .filter(port -> port >= 1 && port <= 65535)
        .orElseThrow(() ->
            new IllegalArgumentException("--to: port '" + text + "' is not a number 1-65535"));
  }
}
