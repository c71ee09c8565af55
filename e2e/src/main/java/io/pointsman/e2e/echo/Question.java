package io.pointsman.e2e.echo;

import java.util.List;
import java.util.Locale;

/**
 * Connections to make, all at the same time.
 *
 * @param address of IPv4 or IPv6, without brackets; never resolved
 * @param port 1..65535
 * @param count 1..200
 * @param sourcePort the client's port, for a UDP flow that goes on later; 0 for any
 */
public record Question(Transport transport, String address, int port, int count, int sourcePort) {
  private static final int MOST = 200;

  /** How to ask. */
  public enum Transport {
    TCP,
    UDP
  }

  public Question {
    if (port < 1 || port > 65535 || count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "ports are 1..65535 and counts 1.." + MOST + ", not " + port + " and " + count);
    }
    if (sourcePort < 0 || sourcePort > 65535 || (sourcePort > 0 && count > 1)) {
      throw new IllegalArgumentException(
          "one flow has one source port of 0..65535, not " + count + " with " + sourcePort);
    }
  }

  /** The arguments from which {@link #parse} makes it again. */
  public List<String> arguments() {
    return List.of(
        transport.name().toLowerCase(Locale.ROOT),
        address,
        String.valueOf(port),
        String.valueOf(count),
        String.valueOf(sourcePort));
  }

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException when they are not five, or one is no such thing
   */
  static Question parse(List<String> words) {
    if (words.size() != 5) {
      throw new IllegalArgumentException("ask tcp|udp ADDRESS PORT COUNT SOURCE-PORT");
    }
    return new Question(
        Transport.valueOf(words.get(0).toUpperCase(Locale.ROOT)),
        words.get(1),
        Integer.parseInt(words.get(2)),
        Integer.parseInt(words.get(3)),
        Integer.parseInt(words.get(4)));
  }
}
