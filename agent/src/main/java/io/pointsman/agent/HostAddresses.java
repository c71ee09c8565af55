package io.pointsman.agent;

import io.pointsman.net.IpAddress;
import io.pointsman.netlink.route.InterfaceAddress;
import io.pointsman.netlink.route.RouteSocket;
import io.pointsman.trace.Host;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of the interfaces in the calling thread's network namespace. */
final class HostAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private HostAddresses() {}

  /** All addresses now; none, with a warning, when the kernel cannot be asked. */
  static List<IpAddress> list() {
    try (RouteSocket socket = RouteSocket.open(PATIENCE)) {
      List<IpAddress> addresses = new ArrayList<>();
      for (InterfaceAddress address : socket.addresses()) {
        addresses.add(IpAddress.ofBytes(address.address().getAddress()));
      }
      return addresses;
    } catch (IOException e) {
      LOG.warn("The node's addresses cannot be read: {}", e.getMessage());
      return List.of();
    }
  }

  static Host host() {
    return new Host(Set.copyOf(list()));
  }
}
