package io.pointsman.agent.config;

import io.pointsman.net.IpAddress;
import java.util.Optional;

/**
 * Where a server listens, as people write it: {@code 0.0.0.0:10256} or {@code [::1]:10249}.
 *
 * @param address an address, or an unspecified one for all
 * @param port 1..65535
 */
public record HostPort(IpAddress address, int port) {
  /** What a text is: a place, or why it is none. */
  sealed interface Reading {
    record Fine(HostPort place) implements Reading {}

    /**
     * It is none.
     *
     * @param part what is wrong
     * @param rule what it must be
     */
    record Wrong(String part, String rule) implements Reading {}
  }

  static Reading read(String text) {
    if (isPortless(text)) {
      return new Reading.Wrong(text, "must be IP:port");
    }
    int colon = text.lastIndexOf(':');
    String host = unbracketed(text.substring(0, colon));
    String port = text.substring(colon + 1);
    Optional<IpAddress> address = IpAddress.parse(host);
    if (address.isEmpty()) {
      return new Reading.Wrong(host, "must be a valid IP");
    }
    if (!port.matches("[0-9]{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > 65535) {
      return new Reading.Wrong(port, "must be a valid port, 1-65535");
    }
    return new Reading.Fine(new HostPort(address.get(), Integer.parseInt(port)));
  }

  /**
   * A text that {@link #read} takes.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static HostPort of(String text) {
    return switch (read(text)) {
      case Reading.Fine(HostPort place) -> place;
      case Reading.Wrong(String part, String rule) ->
          throw new IllegalArgumentException(part + " " + rule);
    };
  }

  /** The text with this port, when it is a bare address; else as it is. */
  static String withPort(String text, int port) {
    if (!isPortless(text) || IpAddress.parse(unbracketed(text)).isEmpty()) {
      return text;
    }
    return (text.contains(":") ? "[" + unbracketed(text) + "]" : text) + ":" + port;
  }

  private static boolean isPortless(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0 || (text.indexOf(':') != colon && !text.contains("]:"));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") && host.length() > 1
        ? host.substring(1, host.length() - 1)
        : host;
  }
}
