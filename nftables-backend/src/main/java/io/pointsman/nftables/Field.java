package io.pointsman.nftables;

import io.pointsman.net.IpFamily;

/** What a key is made of, or a lookup yields. */
enum Field {
  SOURCE_ADDRESS,
  ADDRESS,
  PROTOCOL,
  PORT,
  SHAPE,
  SLOT,
  /**
   * Whom affinity remembers: the source address; of IPv6 the lower 96 bits, as nft before 1.1.0
   * cannot fill a map whose key is wider than 128 bits, and the group needs 32 of them.
   */
  CLIENT,
  /** The number of a Service port's endpoints for one policy, in the packet's priority. */
  GROUP,
  /** A timeout, in the packet's priority. */
  SECONDS;

  /** Where {@link #CLIENT} lies in the IPv6 header, in bits: after the source's first 32. */
  static final int CLIENT_OFFSET = 96;

  private static final int CLIENT_BITS = 96;

  /** Bytes of the value itself; in a key each field is padded to four. */
  int width(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS, ADDRESS -> family.bits() / 8;
      case PROTOCOL -> 1;
      case PORT -> 2;
      case SHAPE, SLOT, GROUP, SECONDS -> 4;
      case CLIENT -> (family == IpFamily.IPV4 ? family.bits() : CLIENT_BITS) / 8;
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
      case SHAPE, GROUP, SECONDS -> 23;
      case SLOT -> 4;
      case CLIENT -> family == IpFamily.IPV4 ? 7 : 4;
    };
  }

  /** The expression that loads it from a packet. */
  String expression(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS -> ip(family) + " saddr";
      case ADDRESS -> ip(family) + " daddr";
      case PROTOCOL -> "meta l4proto";
      case PORT -> "th dport";
      case SHAPE, GROUP, SECONDS -> "meta priority";
      case SLOT -> "numgen random mod 1";
      case CLIENT ->
          family == IpFamily.IPV4 ? "ip saddr" : "@nh," + CLIENT_OFFSET + "," + CLIENT_BITS;
    };
  }

  /** The name of the data type in a set's declaration. */
  String typeName(IpFamily family) {
    return switch (this) {
      case SOURCE_ADDRESS, ADDRESS -> family == IpFamily.IPV4 ? "ipv4_addr" : "ipv6_addr";
      case PROTOCOL -> "inet_proto";
      case PORT -> "inet_service";
      case SHAPE, GROUP, SECONDS -> "classid";
      case SLOT -> "integer";
      case CLIENT -> family == IpFamily.IPV4 ? "ipv4_addr" : "integer";
    };
  }

  /** The expression that loads it from where the connection was first sent to. */
  String originalExpression(IpFamily family) {
    return switch (this) {
      case ADDRESS -> "ct original " + ip(family) + " daddr";
      case PORT -> "ct original proto-dst";
      case SOURCE_ADDRESS, PROTOCOL, SHAPE, SLOT, CLIENT, GROUP, SECONDS -> expression(family);
    };
  }

  static String ip(IpFamily family) {
    return family == IpFamily.IPV4 ? "ip" : "ip6";
  }
}
