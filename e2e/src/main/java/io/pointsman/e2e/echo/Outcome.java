package io.pointsman.e2e.echo;

/** What became of one connection or datagram; one line of text. */
public sealed interface Outcome {
  /**
   * A server answered.
   *
   * @param who the server's name
   * @param port the port that it listens on
   * @param source the address, without a zone, that the client had to it
   */
  record Answered(String who, int port, String source) implements Outcome {
    /** {@code NAME:PORT}. */
    @Override
    public String place() {
      return who + ":" + port;
    }

    @Override
    public String toString() {
      return place() + " from " + source;
    }
  }

  /** A reset or an ICMP error came back: {@code refused}; or {@code timeout}, or the error. */
  record Failed(String word) implements Outcome {
    @Override
    public String toString() {
      return word;
    }
  }

  /** The same without the client's address: {@code NAME:PORT}, or the word of a failure. */
  default String place() {
    return toString();
  }

  /** Reads what {@code toString} writes. */
  static Outcome parse(String line) {
    int from = line.indexOf(" from ");
    int colon = line.lastIndexOf(':', Math.max(from, 0));
    return from < 0 || colon < 0
        ? new Failed(line)
        : new Answered(
            line.substring(0, colon),
            Integer.parseInt(line.substring(colon + 1, from)),
            line.substring(from + " from ".length()));
  }
}
