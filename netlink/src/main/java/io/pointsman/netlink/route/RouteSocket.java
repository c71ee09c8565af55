package io.pointsman.netlink.route;

import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks for links and addresses. For one thread at a time. */
public final class RouteSocket implements AutoCloseable {
  // rtnetlink.h, if_link.h, if_addr.h
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  private static final int IFINFOMSG = 16;
  private static final int IFADDRMSG = 8;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_EXT_MASK = 29;
  private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_FLAGS = 8;

  private final NetlinkTransport transport;
  private final NetlinkClient client;

  /**
   * @param transport of {@link NetlinkSocket#ROUTE}; closed with this
   * @param patience how long the kernel may be silent at most
   */
  public RouteSocket(NetlinkTransport transport, Duration patience) {
    this.transport = transport;
    this.client = new NetlinkClient(transport, patience);
  }

  /** Opens a socket in the calling thread's network namespace. */
  public static RouteSocket open(Duration patience) throws NetlinkException {
    return new RouteSocket(NetlinkSocket.open(NetlinkSocket.ROUTE), patience);
  }

  /**
   * All IPv4 and IPv6 addresses of all interfaces, in the kernel's order.
   *
   * @throws NetlinkException if the kernel cannot be asked or answers with an error
   */
  public List<InterfaceAddress> addresses() throws IOException {
    Map<Integer, String> names = interfaceNames();
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (Message message :
        client.dump(RTM_GETADDR, writer -> writer.putFixedHeader(new byte[IFADDRMSG]))) {
      if (message.type() == RTM_NEWADDR) {
        addAddress(message, names, addresses);
      }
    }
    return List.copyOf(addresses);
  }

  /**
   * The names of all interfaces.
   *
   * @throws NetlinkException if the kernel cannot be asked or answers with an error
   */
  public Set<String> interfaces() throws IOException {
    return Set.copyOf(interfaceNames().values());
  }

  @Override
  public void close() {
    transport.close();
  }

  private Map<Integer, String> interfaceNames() throws IOException {
    Map<Integer, String> names = new HashMap<>();
    List<Message> links =
        client.dump(
            RTM_GETLINK,
            writer ->
                writer
                    .putFixedHeader(new byte[IFINFOMSG])
                    .putU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS));
    for (Message message : links) {
      if (message.type() == RTM_NEWLINK) {
        Attributes attributes = message.attributes(IFINFOMSG);
        while (attributes.next()) {
          if (attributes.type() == IFLA_IFNAME) {
            names.put(message.u32(4), attributes.string());
          }
        }
      }
    }
    return names;
  }

  private static void addAddress(
      Message message, Map<Integer, String> names, List<InterfaceAddress> addresses) {
    Attributes attributes = message.attributes(IFADDRMSG);
    byte[] address = {};
    boolean local = false;
    int flags = message.u8(2);
    while (attributes.next()) {
      switch (attributes.type()) {
        case IFA_LOCAL -> {
          address = attributes.bytes();
          local = true;
        }
        // On a point-to-point link this is the other end, if IFA_LOCAL is there too.
        case IFA_ADDRESS -> address = local ? address : attributes.bytes();
        case IFA_FLAGS -> flags = attributes.u32();
        default -> {}
      }
    }
    // Families without an IP address, such as MCTP, are none of ours.
    if (address.length == 4 || address.length == 16) {
      int index = message.u32(4);
      addresses.add(
          new InterfaceAddress(
              index,
              names.getOrDefault(index, ""),
              inetAddress(address),
              message.u8(1),
              message.u8(3),
              flags));
    }
  }

  private static InetAddress inetAddress(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException badLength) {
      throw new MalformedMessage("an address of %d bytes".formatted(address.length), 0);
    }
  }
}
