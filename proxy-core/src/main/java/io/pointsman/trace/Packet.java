package io.pointsman.trace;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;

/**
 * The first packet of a connection, as it enters the node's network stack.
 *
 * @param origin where it comes from
 * @param source address of the client, of the same family as the destination
 * @param destination what the client sends to
 * @param protocol transport protocol
 * @param port 1..65535, the destination's port
 */
public record Packet(
    Origin origin, IpAddress source, IpAddress destination, Protocol protocol, int port) {

  /** How a packet gets into the node's network stack. */
  public sealed interface Origin {
    /** A process on the node sends it, or a pod in the node's own network namespace. */
    record Node() implements Origin {
      @Override
      public String toString() {
        return "this node";
      }
    }

    /**
     * It comes in by an interface, from a pod of this node or from elsewhere.
     *
     * @param interfaceName empty when it is not known
     */
    record Arriving(String interfaceName) implements Origin {
      @Override
      public String toString() {
        return interfaceName.isEmpty() ? "the network" : "interface " + interfaceName;
      }
    }
  }

  public Packet {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException(
          "source " + source + " and destination " + destination + " are of different families");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 1..65535");
    }
  }

  public IpFamily family() {
    return destination.family();
  }

  @Override
  public String toString() {
    String to = family() == IpFamily.IPV4 ? destination + ":" : "[" + destination + "]:";
    return source + " -> " + to + port + "/" + protocol.lowerCase() + " from " + origin;
  }
}
