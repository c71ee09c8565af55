package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Writes what registers are compared with, as suits where their contents come from. */
final class ConstantPrinter {
  private static final int NUMBER = 4;
  private static final int INTERFACE_NAME_SIZE = 16;
  private static final int PORT_SIZE = 2;
  private static final int STATE_NEW = 8;
  private static final int STATUS_DST_NAT = 32;
  private static final int RTN_LOCAL = 2;

  private final IpFamily family;

  ConstantPrinter(IpFamily family) {
    this.family = family;
  }

  /** A part of the packet: a field by name, or any bits of a header. */
  String payload(Expression.Payload e) {
    boolean transport = e.header() == Expression.Header.TRANSPORT;
    if (transport && e.length() == PORT_SIZE && e.offset() <= PORT_SIZE) {
      return e.offset() == 0 ? "th sport" : "th dport";
    }
    for (Field address : new Field[] {Field.SOURCE_ADDRESS, Field.ADDRESS}) {
      boolean starts = e.offset() == TracedPacket.offset(family, address);
      if (!transport && starts && e.length() <= address.width(family)) {
        return address.expression(family);
      }
    }
    return (transport ? "@th," : "@nh,") + 8 * e.offset() + "," + 8 * e.length();
  }

  /** The condition that the relation holds. */
  String compare(LoadedTerm term, Expression.Relation relation, Bytes value) {
    String is = relation == Expression.Relation.EQUAL ? " " : " " + relation + " ";
    boolean someBit = relation == Expression.Relation.NOT_EQUAL && value.isZero();
    if (someBit && term.mask().isPresent()) {
      return someBit(term, term.mask().get());
    }
    return range(term, value)
        .map(range -> unmasked(term) + is + range)
        .orElseGet(() -> term.text() + is + constant(term, value));
  }

  /** The condition that the value lies between the ends, or does not. */
  String between(LoadedTerm term, boolean negated, Bytes low, Bytes high) {
    return term.text()
        + (negated ? " != " : " ")
        + constant(term, low)
        + "-"
        + constant(term, high);
  }

  private static String someBit(LoadedTerm term, Bytes mask) {
    int bits = mask.length() == NUMBER ? mask.number() : 0;
    return switch (term.source()) {
      case Expression.Conntrack(int to, Expression.ConntrackKey key)
          when key == Expression.ConntrackKey.STATE && bits == STATE_NEW ->
          "ct state new";
      case Expression.Conntrack(int to, Expression.ConntrackKey key)
          when key == Expression.ConntrackKey.STATUS && bits == STATUS_DST_NAT ->
          "ct status dnat";
      default -> term.text() + " != 0";
    };
  }

  private String unmasked(LoadedTerm term) {
    return term.source() instanceof Expression.Payload payload ? payload(payload) : term.text();
  }

  private String constant(LoadedTerm term, Bytes value) {
    return switch (term.source()) {
      case Expression.LoadMeta(int to, Expression.MetaKey key)
          when key == Expression.MetaKey.INTERFACE ->
          "\"" + interfaceName(value) + "\"";
      case Expression.LoadMeta(int to, Expression.MetaKey key)
          when key == Expression.MetaKey.PROTOCOL && value.length() == 1 ->
          Protocol.numbered(value.array()[0] & 0xff)
              .map(Protocol::lowerCase)
              .orElseGet(() -> number(value));
      case Expression.LoadMeta e when isPriority(e) -> classId(value);
      case Expression.AddressType e when value.equals(Bytes.ofNumber(RTN_LOCAL)) -> "local";
      case Expression.Payload e when isAddress(e) && value.length() == family.bits() / 8 ->
          IpAddress.ofBytes(value.array()).toString();
      case Expression.Payload(int to, Expression.Header header, int offset, int length)
          when header == Expression.Header.TRANSPORT && value.length() == PORT_SIZE ->
          Integer.toString((value.array()[0] & 0xff) << 8 | (value.array()[1] & 0xff));
      default -> number(value);
    };
  }

  static boolean isPriority(Expression source) {
    return source instanceof Expression.LoadMeta(int to, Expression.MetaKey key)
        && key == Expression.MetaKey.PRIORITY;
  }

  private boolean isAddress(Expression.Payload e) {
    return e.header() == Expression.Header.NETWORK
        && (e.offset() == TracedPacket.offset(family, Field.ADDRESS)
            || e.offset() == TracedPacket.offset(family, Field.SOURCE_ADDRESS));
  }

  /** The range of addresses that a comparison with a part of an address means. */
  private Optional<String> range(LoadedTerm term, Bytes value) {
    int width = family.bits() / 8;
    int length =
        term.mask()
            .map(ConstantPrinter::leadingOnes)
            .orElse(Math.min(8 * value.length(), 8 * width));
    if (length < 0 || !(term.source() instanceof Expression.Payload e) || !isAddress(e)) {
      return Optional.empty();
    }
    IpAddress first = IpAddress.ofBytes(Arrays.copyOf(value.array(), width));
    return Optional.of(
        length == family.bits() ? first.toString() : new Cidr(first, length).toString());
  }

  /** How many ones the mask starts with; -1 when there are ones behind a zero. */
  private static int leadingOnes(Bytes mask) {
    int count = 0;
    int last = 0;
    for (int bit = 0; bit < 8 * mask.length(); bit++) {
      if ((mask.array()[bit / 8] & 0x80 >>> bit % 8) != 0) {
        count++;
        last = bit + 1;
      }
    }
    return count == last ? count : -1;
  }

  /** A name that does not fill the kernel's array is the start of names. */
  private static String interfaceName(Bytes value) {
    int end = 0;
    while (end < value.length() && value.array()[end] != 0) {
      end++;
    }
    String name = new String(value.array(), 0, end, StandardCharsets.UTF_8);
    return value.length() < INTERFACE_NAME_SIZE ? name + "*" : name;
  }

  /** A priority as nft writes it, major and minor number of a traffic class. */
  static String classId(Bytes value) {
    int number = value.number();
    return String.format("%x:%x", number >>> 16, number & 0xffff);
  }

  /** Four bytes as the number that the host sees, others as they are. */
  static String number(Bytes value) {
    return "0x"
        + (value.length() == NUMBER ? String.format("%08x", value.number()) : value.toString());
  }
}
