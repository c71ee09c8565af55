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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the interfaces in the network namespace of the thread that asks, as of now. When
 * they cannot be read, those that were read last, with a warning: node ports must not vanish for
 * that.
 */
final class HostAddresses implements Supplier<List<IpAddress>> {
  private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private List<IpAddress> known = List.of();

  @Override
  public List<IpAddress> get() {
    try {
      known = read();
    } catch (IOException e) {
      LOG.warn("The node's addresses cannot be read, going on with {}: {}", known, e.getMessage());
    }
    return known;
  }

  /**
   * Asks the kernel.
   *
   * @throws IOException when it cannot be asked
   */
  static List<IpAddress> read() throws IOException {
    try (RouteSocket socket = RouteSocket.open(PATIENCE)) {
      List<IpAddress> addresses = new ArrayList<>();
      for (InterfaceAddress address : socket.addresses()) {
        addresses.add(IpAddress.ofBytes(address.address().getAddress()));
      }
      return List.copyOf(addresses);
    }
  }

  static Host host() {
    return new Host(Set.copyOf(new HostAddresses().get()));
  }
}
