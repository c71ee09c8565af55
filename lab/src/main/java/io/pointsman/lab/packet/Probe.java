package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import java.util.Optional;

/**
 * A question to the network: what becomes of connections from here to there.
 *
 * @param from name of the pod, node or client that connects
 * @param source the source address to use; the kernel's choice when empty
 * @param tries the least number of connections, 1 or more
 */
public record Probe(String from, Destination to, Optional<IpAddress> source, int tries) {
  public Probe {
    if (tries < 1) {
      throw new IllegalArgumentException("a probe needs at least one try, not " + tries);
    }
  }

  /** A probe of forty connections with the kernel's choice of the source address. */
  public static Probe of(String from, Destination to) {
    return new Probe(from, to, Optional.empty(), Expectation.ROUND);
  }

  @Override
  public String toString() {
    return from + source.map(address -> " src " + address).orElse("") + " -> " + to;
  }
}
