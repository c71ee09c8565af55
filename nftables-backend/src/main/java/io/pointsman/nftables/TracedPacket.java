package io.pointsman.nftables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import io.pointsman.trace.TraceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * A packet on its way through the hooks: an image of its headers, what the kernel notes beside it,
 * and its connection, whose first packet it is. Lives for one walk.
 */
final class TracedPacket {
  // RFC 791 and RFC 8200: where the headers hold what.
  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;
  private static final int V4_PROTOCOL = 9;
  private static final int V6_NEXT_HEADER = 6;
  private static final int PORT_IN_TRANSPORT = 2;
  private static final int PORTS = 4;
  private static final int INTERFACE_NAME_SIZE = 16;
  // linux/netfilter/nf_conntrack_common.h: the bit of IP_CT_NEW for rules, and enum
  // ip_conntrack_status.
  private static final int STATE_NEW = 8;
  private static final int SRC_NAT = 1 << 4;
  private static final int DST_NAT = 1 << 5;

  private final Packet original;
  private final IpFamily family;
  private final byte[] image;
  private final BitSet known = new BitSet();
  private final BitSet drawn = new BitSet();
  private String interfaceName;
  private Registers.Value mark = Registers.Value.fixed(Bytes.ofNumber(0));
  private Registers.Value priority = Registers.Value.fixed(Bytes.ofNumber(0));
  private int status;
  private boolean redirected;
  private boolean masqueraded;

  TracedPacket(Packet packet) {
    original = packet;
    family = packet.family();
    image = new byte[header(family) + PORTS];
    interfaceName = packet.origin() instanceof Packet.Origin.Arriving(String name) ? name : "";
    int protocolAt = family == IpFamily.IPV4 ? V4_PROTOCOL : V6_NEXT_HEADER;
    write(protocolAt, new byte[] {(byte) packet.protocol().number()}, false);
    write(offset(family, Field.SOURCE_ADDRESS), packet.source().bytes(), false);
    write(offset(family, Field.ADDRESS), packet.destination().bytes(), false);
    write(header(family) + PORT_IN_TRANSPORT, port(packet.port()), false);
  }

  private static int header(IpFamily family) {
    return family == IpFamily.IPV4 ? V4_HEADER : V6_HEADER;
  }

  /** Where the IP header holds the source or destination address. */
  static int offset(IpFamily family, Field address) {
    boolean source = address == Field.SOURCE_ADDRESS;
    return family == IpFamily.IPV4 ? (source ? 12 : 16) : (source ? 8 : 24);
  }

  private void write(int offset, byte[] value, boolean isDrawn) {
    System.arraycopy(value, 0, image, offset, value.length);
    known.set(offset, offset + value.length);
    drawn.set(offset, offset + value.length, isDrawn);
  }

  /** Bytes of the packet. */
  Registers.Value payload(Expression.Header base, int offset, int length) {
    int start = offset + (base == Expression.Header.TRANSPORT ? header(family) : 0);
    int end = start + length;
    if (offset < 0 || length < 1 || known.nextClearBit(start) < end) {
      throw new TraceException(
          "reads %d bytes at %d of the %s header; a packet to trace tells addresses, protocol and"
                  .formatted(length, offset, base)
              + " destination port alone");
    }
    int nextDrawn = drawn.nextSetBit(start);
    return new Registers.Value(
        Bytes.of(Arrays.copyOfRange(image, start, end)), nextDrawn >= 0 && nextDrawn < end);
  }

  Registers.Value meta(Expression.MetaKey key) {
    return switch (key) {
      case PRIORITY -> priority;
      case MARK -> mark;
      case INTERFACE ->
          Registers.Value.fixed(
              Arrays.copyOf(interfaceName.getBytes(StandardCharsets.UTF_8), INTERFACE_NAME_SIZE));
      case FAMILY -> Registers.Value.fixed((byte) BatchWriter.protocolFamily(family));
      case PROTOCOL -> Registers.Value.fixed((byte) original.protocol().number());
    };
  }

  /** Writes a field; the four bytes are in host byte order. */
  void setMeta(Expression.MetaKey key, Registers.Value value) {
    switch (key) {
      case MARK -> mark = value;
      case PRIORITY -> priority = value;
      case INTERFACE, FAMILY, PROTOCOL ->
          throw new TraceException("writes '" + key + "', which no rule can");
    }
  }

  Registers.Value conntrack(Expression.ConntrackKey key) {
    return switch (key) {
      case STATE -> Registers.Value.fixed(Bytes.ofNumber(STATE_NEW));
      case STATUS -> Registers.Value.fixed(Bytes.ofNumber(status));
      case MARK -> Registers.Value.fixed(Bytes.ofNumber(0));
      case SOURCE, SOURCE_V4, SOURCE_V6 -> Registers.Value.fixed(original.source().bytes());
      case DESTINATION, DESTINATION_V4, DESTINATION_V6 ->
          Registers.Value.fixed(original.destination().bytes());
      case PROTOCOL -> Registers.Value.fixed((byte) original.protocol().number());
      case DESTINATION_PORT -> Registers.Value.fixed(port(original.port()));
    };
  }

  private static byte[] port(int port) {
    return new byte[] {(byte) (port >>> 8), (byte) port};
  }

  /** The destination, or the source, as the header has it by now. */
  IpAddress address(boolean source) {
    int start = offset(family, source ? Field.SOURCE_ADDRESS : Field.ADDRESS);
    return IpAddress.ofBytes(Arrays.copyOfRange(image, start, start + family.bits() / 8));
  }

  private int destinationPort() {
    int start = header(family) + PORT_IN_TRANSPORT;
    return (image[start] & 0xff) << 8 | (image[start + 1] & 0xff);
  }

  /** The DNAT that a rule asks for; the connection notes it when it changes anything. */
  void redirect(Registers.Value address, Optional<Registers.Value> port) {
    IpAddress oldAddress = address(false);
    int oldPort = destinationPort();
    write(offset(family, Field.ADDRESS), address.bytes().array(), address.drawn());
    port.ifPresent(to -> write(header(family) + PORT_IN_TRANSPORT, to.bytes().array(), to.drawn()));
    redirected = true;
    if (!address(false).equals(oldAddress) || destinationPort() != oldPort) {
      status |= DST_NAT;
    }
  }

  /**
   * The source becomes an address of the node. Which one is the routing's choice; the first of the
   * host's stands for it.
   */
  void masquerade(Host host) {
    int start = offset(family, Field.SOURCE_ADDRESS);
    known.clear(start, start + family.bits() / 8);
    host.addresses().stream()
        .filter(address -> address.family() == family)
        .sorted()
        .findFirst()
        .ifPresent(address -> write(start, address.bytes(), false));
    masqueraded = true;
    status |= SRC_NAT;
  }

  boolean isRedirected() {
    return redirected;
  }

  boolean isMasqueraded() {
    return masqueraded;
  }

  /** A packet of the node to itself has left by the loopback interface and comes in by it. */
  void comeBack() {
    interfaceName = "lo";
  }

  /** What has become of the packet if it was not thrown away. */
  Disposition disposition() {
    return redirected
        ? new Disposition.Dnat(address(false), destinationPort(), masqueraded)
        : new Disposition.Pass();
  }
}
