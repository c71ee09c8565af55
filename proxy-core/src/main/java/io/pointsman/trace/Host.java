package io.pointsman.trace;

import io.pointsman.net.IpAddress;
import java.util.Set;

/**
 * What the fate of a packet depends on besides rules.
 *
 * @param addresses of the node's interfaces; loopback addresses need not be listed
 */
public record Host(Set<IpAddress> addresses) {
  public Host {
    addresses = Set.copyOf(addresses);
  }

  /** True when the kernel delivers packets for this address to the node itself. */
  public boolean isLocal(IpAddress address) {
    return address.isLoopback() || addresses.contains(address);
  }
}
