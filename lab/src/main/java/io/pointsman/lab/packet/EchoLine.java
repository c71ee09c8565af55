package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import java.util.Optional;

/**
 * What a server answers to a line: the line's own text, who the server is, its port, and the
 * address and port that it saw. As text: {@code TOKEN NAME PORT ADDRESS PORT}, one line.
 */
record EchoLine(String token, String who, int port, IpAddress source, int sourcePort) {
  String text() {
    return token + " " + who + " " + port + " " + source + " " + sourcePort + "\n";
  }

  /** Reads such a line; empty when it is something else. */
  static Optional<EchoLine> parse(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length != 5) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(words[2]);
      int sourcePort = Integer.parseInt(words[4]);
      return IpAddress.parse(words[3])
          .map(source -> new EchoLine(words[0], words[1], port, source, sourcePort));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }
}
