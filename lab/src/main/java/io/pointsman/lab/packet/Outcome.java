package io.pointsman.lab.packet;

/**
 * What became of a connection attempt or a datagram. {@code toString} is the spelling that
 * scenarios and recorded answers use.
 */
public sealed interface Outcome {
  /**
   * A server answered.
   *
   * @param who the name of the pod, node or client that answered
   * @param port the port that it listens on
   * @param from how the client looked to it: {@code client} (its own address), the host name of a
   *     node, {@code pod NAME} or {@code other}
   */
  record Answered(String who, int port, String from) implements Outcome {
    @Override
    public String toString() {
      return who + ":" + port + " from " + from;
    }
  }

  /** TCP was answered with a reset, or nobody listens at the client's own machine. */
  record Refused() implements Outcome {
    @Override
    public String toString() {
      return "refused";
    }
  }

  /** An ICMP or ICMPv6 error came back; {@code code} such as {@code port-unreachable}. */
  record IcmpReject(String code) implements Outcome {
    @Override
    public String toString() {
      return "icmp-reject " + code;
    }
  }

  /** Nothing came back. */
  record TimedOut() implements Outcome {
    @Override
    public String toString() {
      return "timeout";
    }
  }

  /** The client's own kernel knows no way there. */
  record Unreachable() implements Outcome {
    @Override
    public String toString() {
      return "unreachable";
    }
  }

  /** The connection stood and was then closed or reset without an answer. */
  record Reset() implements Outcome {
    @Override
    public String toString() {
      return "reset";
    }
  }
}
