package io.pointsman.netlink.conntrack;

import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which entries to list, by the original direction.
 *
 * @param family {@link StandardProtocolFamily#INET} or {@link StandardProtocolFamily#INET6}
 * @param protocol IANA number, 0..255
 * @param destination address that the client sends to; any when empty
 * @param destinationPort port that the client sends to; any when empty
 */
public record ConntrackFilter(
    ProtocolFamily family,
    int protocol,
    Optional<InetAddress> destination,
    OptionalInt destinationPort) {
  public ConntrackFilter {
    if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
      throw new IllegalArgumentException("family %s is neither INET nor INET6".formatted(family));
    }
    int length = addressLength(family);
    destination
        .filter(address -> address.getAddress().length != length)
        .ifPresent(address -> {
          throw new IllegalArgumentException(
              "%s is not of family %s".formatted(address.getHostAddress(), family));
        });
  }

  boolean isIpv6() {
    return family == StandardProtocolFamily.INET6;
  }

  /** Whether an entry is one of those. */
  boolean matches(ConntrackEntry entry) {
    ConntrackTuple original = entry.original();
    return original.protocol() == protocol
        && original.destination().getAddress().length == addressLength(family)
        && (destinationPort.isEmpty() || destinationPort.getAsInt() == original.destinationPort())
        && (destination.isEmpty() || destination.get().equals(original.destination()));
  }

  private static int addressLength(ProtocolFamily family) {
    return family == StandardProtocolFamily.INET ? 4 : 16;
  }
}
