package io.pointsman.net;

import java.util.Locale;
import java.util.Optional;

/** Transport protocols that a Service port can name. */
public enum Protocol {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** The IANA protocol number, as it stands in the IP header. */
  public int number() {
    return number;
  }

  /** Lower-case name as rule texts use it: {@code tcp}, {@code udp}, {@code sctp}. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The protocol with this API name ({@code TCP}, {@code UDP}, {@code SCTP}; any case), if known.
   */
  public static Optional<Protocol> named(String name) {
    for (Protocol protocol : values()) {
      if (protocol.name().equalsIgnoreCase(name)) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  /** The protocol with this IANA number, if it is one that Services know. */
  public static Optional<Protocol> numbered(int number) {
    for (Protocol protocol : values()) {
      if (protocol.number == number) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }
}
