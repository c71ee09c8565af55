package io.pointsman.netlink.conntrack;

import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts flows into the table of the calling thread's network namespace, without any packet. */
public final class KernelTable implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  // nfnetlink_conntrack.h
  private static final int TUPLE_ORIG = 1;
  private static final int TUPLE_REPLY = 2;
  private static final int PROTOINFO = 4;
  private static final int TIMEOUT = 7;
  private static final int NAT_DST = 13;

  private final NetlinkSocket socket;
  private final NetlinkClient client;

  private KernelTable(NetlinkSocket socket) {
    this.socket = socket;
    this.client = new NetlinkClient(socket, PATIENCE);
  }

  public static KernelTable open() throws IOException {
    return new KernelTable(NetlinkSocket.open(NetlinkSocket.NETFILTER));
  }

  /** A flow whose answers come from where it was sent to. */
  public void add(ConntrackTuple original) throws IOException {
    create(original, Optional.empty());
  }

  /** A flow whose destination address was translated. */
  public void addTranslated(ConntrackTuple original, InetAddress endpoint) throws IOException {
    create(original, Optional.of(endpoint));
  }

  /** Takes all UDP flows and TCP connections of a family out. */
  public void clear(StandardProtocolFamily family) throws IOException {
    try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
      for (int protocol : new int[] {6, 17}) {
        for (ConntrackEntry entry : list(family, protocol)) {
          conntrack.delete(entry);
        }
      }
    }
  }

  private void create(ConntrackTuple original, Optional<InetAddress> endpoint) throws IOException {
    boolean ipv6 = original.source().getAddress().length == 16;
    client.request(
        ConntrackCodec.NEW,
        MessageFlags.CREATE | MessageFlags.EXCLUSIVE,
        writer -> {
          writer.putNfgenmsg(ipv6 ? 10 : 2, 0);
          putTuple(writer, TUPLE_ORIG, original);
          putTuple(writer, TUPLE_REPLY, inverse(original));
          writer.putU32Be(TIMEOUT, 3600);
          if (original.protocol() == 6) {
            // TCP_CONNTRACK_ESTABLISHED
            writer.beginNest(PROTOINFO).beginNest(1).putU8(1, 3).endNest().endNest();
          }
          endpoint.ifPresent(address ->
              writer
                  .beginNest(NAT_DST)
                  .putBytes(ipv6 ? 4 : 1, address.getAddress())
                  .putBytes(ipv6 ? 5 : 2, address.getAddress())
                  .endNest());
        });
  }

  /** Everything of one protocol. */
  public static List<ConntrackEntry> list(StandardProtocolFamily family, int protocol)
      throws IOException {
    List<ConntrackEntry> entries = new ArrayList<>();
    try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
      conntrack.scan(
          new ConntrackFilter(family, protocol, Optional.empty(), OptionalInt.empty()),
          entries::add);
    }
    return entries;
  }

  static ConntrackTuple inverse(ConntrackTuple tuple) {
    return new ConntrackTuple(
        tuple.destination(),
        tuple.source(),
        tuple.protocol(),
        tuple.destinationPort(),
        tuple.sourcePort());
  }

  static void putTuple(MessageWriter writer, int type, ConntrackTuple tuple) {
    byte[] source = tuple.source().getAddress();
    int first = source.length == 16 ? 3 : 1;
    writer
        .beginNest(type)
        .beginNest(1)
        .putBytes(first, source)
        .putBytes(first + 1, tuple.destination().getAddress())
        .endNest()
        .beginNest(2)
        .putU8(1, tuple.protocol())
        .putU16Be(2, tuple.sourcePort())
        .putU16Be(3, tuple.destinationPort())
        .endNest()
        .endNest();
  }

  @Override
  public void close() {
    socket.close();
  }
}
