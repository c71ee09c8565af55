package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;

/**
 * Where a packet is sent.
 *
 * @param port 1..65535
 * @param protocol TCP or UDP
 */
public record Destination(IpAddress address, int port, Protocol protocol) {
  public Destination {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 1..65535");
    }
    if (protocol == Protocol.SCTP) {
      throw new IllegalArgumentException("probes send TCP and UDP, not SCTP");
    }
  }

  /**
   * Reads {@code ADDRESS:PORT} or {@code [ADDRESS]:PORT}, with {@code /tcp} or {@code /udp} behind
   * it or not.
   *
   * @param otherwise the protocol when the text names none
   * @throws IllegalArgumentException naming the text when it is none of these
   */
  public static Destination of(String text, Protocol otherwise) {
    int slash = text.indexOf('/');
    String place = slash < 0 ? text : text.substring(0, slash);
    Protocol protocol =
        slash < 0
            ? otherwise
            : Protocol.named(text.substring(slash + 1)).orElseThrow(() -> malformed(text));
    int colon = place.lastIndexOf(':');
    if (colon < 0) {
      throw malformed(text);
    }
    String host = place.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    IpAddress address =
        IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host)
            .filter(parsed -> bracketed == (parsed.family() == IpFamily.IPV6))
            .orElseThrow(() -> malformed(text));
    try {
      return new Destination(address, Integer.parseInt(place.substring(colon + 1)), protocol);
    } catch (NumberFormatException notANumber) {
      throw malformed(text);
    }
  }

  /** As {@link #of(String, Protocol)}; TCP when the text names no protocol. */
  public static Destination of(String text) {
    return of(text, Protocol.TCP);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a destination; write 10.0.0.1:80, [fd00::1]:80 or 10.0.0.1:53/udp");
  }

  /** The place without protocol: {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
  public String place() {
    return address.family() == IpFamily.IPV4 ? address + ":" + port : "[" + address + "]:" + port;
  }

  @Override
  public String toString() {
    return place() + "/" + protocol.lowerCase();
  }
}
