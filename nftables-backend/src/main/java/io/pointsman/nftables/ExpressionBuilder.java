package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageWriter;

/**
 * Writes the kernel's expressions one by one; numbers from linux/netfilter/nf_tables.h. Places are
 * 32-bit registers, 0..15.
 */
final class ExpressionBuilder {
  private static final int LIST_ELEM = 1;
  private static final int EXPR_NAME = 1;
  private static final int EXPR_DATA = 2;
  private static final int DATA_VALUE = 1;
  private static final int DATA_VERDICT = 2;
  private static final int VERDICT_CODE = 1;
  private static final int VERDICT_CHAIN = 2;
  private static final int NETWORK_HEADER = 1;
  private static final int FIB_RESULT_ADDRTYPE = 3;
  private static final int NUMGEN_RANDOM = 1;
  private static final int NAT_DNAT = 1;
  private static final int DIRECTION_ORIGINAL = 0;
  private static final int DYNSET_UPDATE = 1;
  // linux/netfilter/nf_nat.h
  private static final int RANGE_MAP_IPS = 1;
  private static final int RANGE_PROTO_SPECIFIED = 2;
  private static final int RANGE_PROTO_RANDOM_FULLY = 16;
  private static final int REJECT_ICMP_UNREACH = 0;

  private final MessageWriter out;
  private final IpFamily family;

  ExpressionBuilder(MessageWriter out, IpFamily family) {
    this.out = out;
    this.family = family;
  }

  private void begin(String expression) {
    out.beginNest(LIST_ELEM);
    out.putString(EXPR_NAME, expression);
    out.beginNest(EXPR_DATA);
  }

  private void end() {
    out.endNest();
    out.endNest();
  }

  /**
   * The kernel's number of the 32-bit register at this place; whole 128-bit ones have their own.
   */
  private static int register(int place) {
    return place % 4 == 0 ? 1 + place / 4 : 8 + place;
  }

  /** Bytes of a header: the network header unless it says transport. */
  void payload(int base, int offset, int length, int place) {
    begin("payload");
    out.putU32Be(1, register(place));
    out.putU32Be(2, base);
    out.putU32Be(3, offset);
    out.putU32Be(4, length);
    end();
  }

  void networkHeader(int offset, int length, int place) {
    payload(NETWORK_HEADER, offset, length, place);
  }

  void metaLoad(int key, int place) {
    begin("meta");
    out.putU32Be(2, key);
    out.putU32Be(1, register(place));
    end();
  }

  void metaStore(int key) {
    begin("meta");
    out.putU32Be(2, key);
    out.putU32Be(3, register(0));
    end();
  }

  void conntrack(int key) {
    begin("ct");
    out.putU32Be(2, key);
    out.putU32Be(1, register(0));
    end();
  }

  /** A field of the tuple that the connection's first packet had when it came. */
  void originalTuple(int key, int place) {
    begin("ct");
    out.putU32Be(2, key);
    out.putU32Be(1, register(place));
    out.putU8(3, DIRECTION_ORIGINAL);
    end();
  }

  void random(int count, int place) {
    begin("numgen");
    out.putU32Be(1, register(place));
    out.putU32Be(2, count);
    out.putU32Be(3, NUMGEN_RANDOM);
    out.putU32Be(4, 0);
    end();
  }

  void addressType(int flags) {
    begin("fib");
    out.putU32Be(1, register(0));
    out.putU32Be(2, FIB_RESULT_ADDRTYPE);
    out.putU32Be(3, flags);
    end();
  }

  void compare(int operation, byte[] value) {
    begin("cmp");
    out.putU32Be(1, register(0));
    out.putU32Be(2, operation);
    data(3, value);
    end();
  }

  void bitwise(byte[] mask, byte[] xor) {
    begin("bitwise");
    out.putU32Be(1, register(0));
    out.putU32Be(2, register(0));
    out.putU32Be(3, mask.length);
    data(4, mask);
    data(5, xor);
    end();
  }

  private void data(int attribute, byte[] value) {
    out.beginNest(attribute);
    out.putBytes(DATA_VALUE, value);
    out.endNest();
  }

  /** Ends the rule unless the key at the first place is an element. */
  void lookup(NamedSet set) {
    begin("lookup");
    out.putString(1, set.label());
    out.putU32Be(2, register(0));
    end();
  }

  /** Replaces the key at this place by the data of its element. */
  void lookupInto(NamedSet map, int place) {
    begin("lookup");
    out.putString(1, map.label());
    out.putU32Be(2, register(place));
    out.putU32Be(3, register(place));
    end();
  }

  void lookupVerdict(NamedSet map) {
    begin("lookup");
    out.putString(1, map.label());
    out.putU32Be(2, register(0));
    out.putU32Be(3, 0);
    end();
  }

  /** Adds the element, or prolongs it and leaves its data alone. */
  void update(NamedSet map, int dataPlace, int seconds) {
    begin("dynset");
    out.putString(1, map.label());
    out.putU32Be(3, DYNSET_UPDATE);
    out.putU32Be(4, register(0));
    out.putU32Be(5, register(dataPlace));
    out.putU64Be(6, seconds * 1000L);
    end();
  }

  void immediate(byte[] value) {
    begin("immediate");
    out.putU32Be(1, register(0));
    data(2, value);
    end();
  }

  void verdict(int code, String chain) {
    begin("immediate");
    out.putU32Be(1, 0);
    out.beginNest(2);
    out.beginNest(DATA_VERDICT);
    out.putU32Be(VERDICT_CODE, code);
    if (!chain.isEmpty()) {
      out.putString(VERDICT_CHAIN, chain);
    }
    out.endNest();
    out.endNest();
    end();
  }

  /** Rewrites the destination to the address and the port at these places. */
  void dnat(int addressPlace, int portPlace) {
    begin("nat");
    out.putU32Be(1, NAT_DNAT);
    out.putU32Be(2, BatchWriter.protocolFamily(family));
    out.putU32Be(3, register(addressPlace));
    out.putU32Be(5, register(portPlace));
    // The kernel adds these flags by itself; said here, so that what is read equals what is sent.
    out.putU32Be(7, RANGE_MAP_IPS | RANGE_PROTO_SPECIFIED);
    end();
  }

  void masquerade() {
    begin("masq");
    out.putU32Be(1, RANGE_PROTO_RANDOM_FULLY);
    end();
  }

  void reject() {
    begin("reject");
    out.putU32Be(1, REJECT_ICMP_UNREACH);
    // ICMP port unreachable: code 3 (RFC 792) or 4 (RFC 4443).
    out.putU8(2, family == IpFamily.IPV4 ? 3 : 4);
    end();
  }
}
