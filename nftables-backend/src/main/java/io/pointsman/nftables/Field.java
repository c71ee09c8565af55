package io.pointsman.nftables;

import io.pointsman.net.IpFamily;

/** What a key is made of, or a lookup yields. */
enum Field {
  SOURCE_ADDRESS,
  ADDRESS,
  PROTOCOL,
  PORT,
  SHAPE,
  SLOT;

  /** Bytes of the value itself; in a key each field is padded to four. */
  int width(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS, ADDRESS -> family.bits() / 8;
      case PROTOCOL -> 1;
      case PORT -> 2;
      case SHAPE, SLOT -> 4;
    };
  }

  /** 32-bit registers that the value takes. */
  int registers(IpFamily family) {
    return (width(family) + 3) / 4;
  }

  /**
   * The number by which {@code nft} knows the data type ({@code enum datatypes} in its
   * include/datatype.h); the kernel only stores it.
   */
  int typeNumber(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS, ADDRESS -> family == IpFamily.IPV4 ? 7 : 8;
      case PROTOCOL -> 12;
      case PORT -> 13;
      case SHAPE -> 23;
      case SLOT -> 4;
    };
  }

  /** The expression that loads it from a packet. */
  String expression(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS -> ip(family) + " saddr";
      case ADDRESS -> ip(family) + " daddr";
      case PROTOCOL -> "meta l4proto";
      case PORT -> "th dport";
      case SHAPE -> "meta priority";
      case SLOT -> "numgen random mod 1";
    };
  }

  /** The name of the data type in a set's declaration. */
  String typeName(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS, ADDRESS -> family == IpFamily.IPV4 ? "ipv4_addr" : "ipv6_addr";
      case PROTOCOL -> "inet_proto";
      case PORT -> "inet_service";
      case SHAPE -> "classid";
      case SLOT -> "integer";
    };
  }

  static String ip(IpFamily family) {
    return family == IpFamily.IPV4 ? "ip" : "ip6";
  }
}
