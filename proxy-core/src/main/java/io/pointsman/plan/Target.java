package io.pointsman.plan;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;

/**
 * An endpoint's address and port, as a packet is rewritten to it.
 *
 * @param address the pod's address
 * @param port 1..65535
 * @param local runs on this node
 */
public record Target(IpAddress address, int port, boolean local) implements Comparable<Target> {
  @Override
  public int compareTo(Target other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
  }

  /** {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  @Override
  public String toString() {
    return address.family() == IpFamily.IPV4 ? address + ":" + port : "[" + address + "]:" + port;
  }
}
