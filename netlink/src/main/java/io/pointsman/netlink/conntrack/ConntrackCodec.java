package io.pointsman.netlink.conntrack;

import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Entries and filters as bytes. */
final class ConntrackCodec {
  // enum cntl_msg_types, below NFNL_SUBSYS_CTNETLINK
  static final int NEW = 0x100;
  static final int GET = 0x101;
  static final int DELETE = 0x102;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int NFGENMSG = 4;

  // enum ctattr_type
  private static final int TUPLE_ORIG = 1;
  private static final int TUPLE_REPLY = 2;
  private static final int STATUS = 3;
  private static final int ID = 12;
  private static final int ZONE = 18;
  private static final int FILTER = 25;

  // enum ctattr_tuple, ctattr_ip, ctattr_l4proto
  private static final int TUPLE_IP = 1;
  private static final int TUPLE_PROTO = 2;
  private static final int TUPLE_ZONE = 3;
  private static final int V4_SOURCE = 1;
  private static final int V4_DESTINATION = 2;
  private static final int V6_SOURCE = 3;
  private static final int V6_DESTINATION = 4;
  private static final int PROTO_NUMBER = 1;
  private static final int PROTO_SOURCE_PORT = 2;
  private static final int PROTO_DESTINATION_PORT = 3;

  // enum ctattr_filter; the flags are those of net/netfilter/nf_internals.h
  private static final int FILTER_ORIG_FLAGS = 1;
  private static final int BY_DESTINATION = 1 << 1;
  private static final int BY_PROTOCOL = 1 << 3;
  private static final int BY_DESTINATION_PORT = 1 << 5;

  private ConntrackCodec() {}

  /**
   * What a dump is to list, as far as the kernel can be asked: kernels before 5.8 skip the filter
   * and list the whole family, and those since list just the IPv6 entries whose address differs
   * (seen on 6.18), so that IPv6 addresses are better left out.
   */
  static void putFilter(MessageWriter writer, ConntrackFilter filter) {
    int flags = BY_PROTOCOL;
    writer.putNfgenmsg(filter.isIpv6() ? AF_INET6 : AF_INET, 0).beginNest(TUPLE_ORIG);
    if (filter.destination().isPresent() && !filter.isIpv6()) {
      flags |= BY_DESTINATION;
      writer
          .beginNest(TUPLE_IP)
          .putBytes(V4_DESTINATION, filter.destination().get().getAddress())
          .endNest();
    }
    writer.beginNest(TUPLE_PROTO).putU8(PROTO_NUMBER, filter.protocol());
    if (filter.destinationPort().isPresent()) {
      flags |= BY_DESTINATION_PORT;
      writer.putU16Be(PROTO_DESTINATION_PORT, filter.destinationPort().getAsInt());
    }
    writer.endNest().endNest().beginNest(FILTER).putU32(FILTER_ORIG_FLAGS, flags).endNest();
  }

  /** Names one entry: by its original tuple, and by its id so that a successor is not meant. */
  static void putIdentity(MessageWriter writer, ConntrackEntry entry) {
    boolean ipv6 = entry.original().source().getAddress().length == 16;
    writer.putNfgenmsg(ipv6 ? AF_INET6 : AF_INET, 0);
    putTuple(writer, TUPLE_ORIG, entry.original());
    writer.putU32Be(ID, entry.id());
  }

  private static void putTuple(MessageWriter writer, int type, ConntrackTuple tuple) {
    byte[] source = tuple.source().getAddress();
    byte[] destination = tuple.destination().getAddress();
    boolean ipv6 = source.length == 16;
    writer
        .beginNest(type)
        .beginNest(TUPLE_IP)
        .putBytes(ipv6 ? V6_SOURCE : V4_SOURCE, source)
        .putBytes(ipv6 ? V6_DESTINATION : V4_DESTINATION, destination)
        .endNest()
        .beginNest(TUPLE_PROTO)
        .putU8(PROTO_NUMBER, tuple.protocol())
        .putU16Be(PROTO_SOURCE_PORT, tuple.sourcePort())
        .putU16Be(PROTO_DESTINATION_PORT, tuple.destinationPort())
        .endNest()
        .endNest();
  }

  /**
   * Reads a listed entry.
   *
   * @return empty if its protocol has no ports or it lives in a zone
   * @throws MalformedMessage if it is cut short
   */
  static Optional<ConntrackEntry> read(Message message) {
    Attributes attributes = message.attributes(NFGENMSG);
    Optional<ConntrackTuple> original = Optional.empty();
    Optional<ConntrackTuple> reply = Optional.empty();
    int status = 0;
    OptionalInt id = OptionalInt.empty();
    while (attributes.next()) {
      switch (attributes.type()) {
        case TUPLE_ORIG -> original = readTuple(attributes.nested());
        case TUPLE_REPLY -> reply = readTuple(attributes.nested());
        case STATUS -> status = attributes.u32Be();
        case ID -> id = OptionalInt.of(attributes.u32Be());
        case ZONE -> {
          return Optional.empty();
        }
        default -> {}
      }
    }
    if (original.isEmpty() || reply.isEmpty() || id.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ConntrackEntry(original.get(), reply.get(), status, id.getAsInt()));
  }

  private static Optional<ConntrackTuple> readTuple(Attributes tuple) {
    @Nullable InetAddress source = null;
    @Nullable InetAddress destination = null;
    int protocol = 0;
    OptionalInt sourcePort = OptionalInt.empty();
    OptionalInt destinationPort = OptionalInt.empty();
    while (tuple.next()) {
      if (tuple.type() == TUPLE_ZONE) {
        return Optional.empty();
      }
      Attributes part = tuple.nested();
      if (tuple.type() == TUPLE_IP) {
        while (part.next()) {
          switch (part.type()) {
            case V4_SOURCE, V6_SOURCE -> source = address(part.bytes());
            case V4_DESTINATION, V6_DESTINATION -> destination = address(part.bytes());
            default -> {}
          }
        }
      } else if (tuple.type() == TUPLE_PROTO) {
        while (part.next()) {
          switch (part.type()) {
            case PROTO_NUMBER -> protocol = part.u8();
            case PROTO_SOURCE_PORT -> sourcePort = OptionalInt.of(part.u16Be());
            case PROTO_DESTINATION_PORT -> destinationPort = OptionalInt.of(part.u16Be());
            default -> {}
          }
        }
      }
    }
    if (source == null || destination == null) {
      throw new MalformedMessage("a conntrack tuple lacks an address", 0);
    }
    return sourcePort.isEmpty() || destinationPort.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ConntrackTuple(
                source, destination, protocol, sourcePort.getAsInt(), destinationPort.getAsInt()));
  }

  /** An IPv4-mapped address stays an IPv6 one, so that its entry can be named again. */
  private static InetAddress address(byte[] bytes) {
    try {
      return bytes.length == 16
          ? Inet6Address.getByAddress(null, bytes, -1)
          : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException badLength) {
      throw new MalformedMessage("an address of %d bytes".formatted(bytes.length), 0);
    }
  }
}
