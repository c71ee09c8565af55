package io.pointsman.netlink.conntrack;

import java.net.InetAddress;

/**
 * The packets of one direction of a flow.
 *
 * @param source where they come from
 * @param destination where they go; of the same family
 * @param protocol IANA number, 0..255
 * @param sourcePort 0..65535
 * @param destinationPort 0..65535
 */
public record ConntrackTuple(
    InetAddress source,
    InetAddress destination,
    int protocol,
    int sourcePort,
    int destinationPort) {
  public ConntrackTuple {
    if (source.getAddress().length != destination.getAddress().length) {
      throw new IllegalArgumentException(
          "%s and %s are of two families"
              .formatted(source.getHostAddress(), destination.getHostAddress()));
    }
    requireRange("protocol", protocol, 0xff);
    requireRange("source port", sourcePort, 0xffff);
    requireRange("destination port", destinationPort, 0xffff);
  }

  private static void requireRange(String name, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException("%s %d is outside 0..%d".formatted(name, value, most));
    }
  }
}
