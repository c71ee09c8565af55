package io.pointsman.plan;

import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import java.util.Comparator;

/** Where a packet is sent by a client of a Service; at most one Service port owns a destination. */
public sealed interface Destination extends Claimable, Comparable<Destination> {
  Protocol protocol();

  /** 1..65535. */
  int port();

  /** A virtual address that no interface need carry. */
  record Virtual(IpAddress address, Protocol protocol, int port) implements Destination {
    @Override
    public String toString() {
      boolean v4 = address.family() == io.pointsman.net.IpFamily.IPV4;
      return (v4 ? address : "[" + address + "]") + ":" + port + "/" + protocol.lowerCase();
    }
  }

  /** A port on the node's own addresses. */
  record NodePort(Protocol protocol, int port) implements Destination {
    @Override
    public String toString() {
      return port + "/" + protocol.lowerCase();
    }
  }

  @Override
  default int compareTo(Destination other) {
    return Order.OF_DESTINATIONS.compare(this, other);
  }

  /** Virtual addresses first, then by address, protocol and port. */
  final class Order {
    private static final Comparator<Destination> OF_DESTINATIONS =
        Comparator.<Destination, Boolean>comparing(d -> d instanceof NodePort)
            .thenComparing(Order::compareAddresses)
            .thenComparing(Destination::protocol)
            .thenComparingInt(Destination::port);

    private Order() {}

    private static int compareAddresses(Destination a, Destination b) {
      return a instanceof Virtual x && b instanceof Virtual y
          ? x.address().compareTo(y.address())
          : 0;
    }
  }
}
