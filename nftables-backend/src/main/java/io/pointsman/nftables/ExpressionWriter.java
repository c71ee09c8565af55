package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes statements as the kernel's expressions; numbers from linux/netfilter/nf_tables.h.
 *
 * <p>The sequences are those that {@code nft} makes of the printed text, so that a rule loaded from
 * text and one written here are equal.
 */
final class ExpressionWriter {
  private static final int RULE_EXPRESSIONS = 4;
  private static final int LIST_ELEM = 1;
  private static final int EXPR_NAME = 1;
  private static final int EXPR_DATA = 2;
  private static final int DATA_VALUE = 1;
  private static final int DATA_VERDICT = 2;
  private static final int VERDICT_CODE = 1;
  private static final int VERDICT_CHAIN = 2;
  private static final int JUMP = -3;
  private static final int DROP = 0;

  private static final int CMP_EQ = 0;
  private static final int CMP_NEQ = 1;
  private static final int META_MARK = 3;
  private static final int META_PRIORITY = 2;
  private static final int META_IIFNAME = 6;
  private static final int META_L4PROTO = 16;
  private static final int CT_STATE = 0;
  private static final int CT_STATUS = 2;
  // linux/netfilter/nf_conntrack_common.h: the bit of IP_CT_NEW for rules, and IPS_DST_NAT.
  private static final int STATE_NEW = 8;
  private static final int STATUS_DST_NAT = 32;
  private static final int NETWORK_HEADER = 1;
  private static final int TRANSPORT_HEADER = 2;
  private static final int FIB_RESULT_ADDRTYPE = 3;
  private static final int FIB_SADDR = 1;
  private static final int FIB_DADDR = 2;
  // linux/rtnetlink.h
  private static final int RTN_LOCAL = 2;
  private static final int NUMGEN_RANDOM = 1;
  private static final int NAT_DNAT = 1;
  // linux/netfilter/nf_nat.h
  private static final int RANGE_MAP_IPS = 1;
  private static final int RANGE_PROTO_SPECIFIED = 2;
  private static final int RANGE_PROTO_RANDOM_FULLY = 16;
  private static final int REJECT_ICMP_UNREACH = 0;
  private static final int INTERFACE_NAME_SIZE = 16;

  private final MessageWriter out;
  private final IpFamily family;

  ExpressionWriter(MessageWriter out, IpFamily family) {
    this.out = out;
    this.family = family;
  }

  /** Appends the attribute that holds a rule's expressions. */
  void write(List<Statement> statements) {
    out.beginNest(RULE_EXPRESSIONS);
    statements.forEach(this::write);
    out.endNest();
  }

  private void write(Statement statement) {
    switch (statement) {
      case Statement.InSet(NamedSet set) -> {
        load(set.key(), 1);
        lookup(set);
      }
      case Statement.InRange(Field address, boolean negated, Cidr range) ->
          inRange(address, negated, range);
      case Statement.FromInterface(boolean negated, String name, boolean prefix) -> {
        metaLoad(META_IIFNAME, 0);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        compare(
            negated ? CMP_NEQ : CMP_EQ, prefix ? text : Arrays.copyOf(text, INTERFACE_NAME_SIZE));
      }
      case Statement.IsLocal(Field address) -> isLocal(address);
      case Statement.NewConnection() -> conntrackBit(CT_STATE, STATE_NEW);
      case Statement.Redirected() -> conntrackBit(CT_STATUS, STATUS_DST_NAT);
      case Statement.Marked(int mask) -> {
        metaLoad(META_MARK, 0);
        bitwise(host(mask), host(0));
        compare(CMP_NEQ, host(0));
      }
      case Statement.SetMark(int mask) -> changeMark(~mask, mask);
      case Statement.FlipMark(int mask) -> changeMark(-1, mask);
      case Statement.FindShape(NamedSet map) -> {
        load(map.key(), 1);
        lookupInto(map, 0);
        metaStore(META_PRIORITY);
      }
      case Statement.GoToShape() -> {
        metaLoad(META_PRIORITY, 0);
        lookupVerdict(NamedSet.SHAPES);
      }
      case Statement.ForgetShape() -> {
        immediate(host(0));
        metaStore(META_PRIORITY);
      }
      case Statement.Balance(NamedSet map, int count) -> balance(map, count);
      case Statement.Masquerade() -> {
        begin("masq");
        out.putU32Be(1, RANGE_PROTO_RANDOM_FULLY);
        end();
      }
      case Statement.Jump(String chain) -> verdict(JUMP, chain);
      case Statement.Drop() -> verdict(DROP, "");
      case Statement.Reject() -> {
        begin("reject");
        out.putU32Be(1, REJECT_ICMP_UNREACH);
        // ICMP port unreachable: code 3 (RFC 792) or 4 (RFC 4443).
        out.putU8(2, family == IpFamily.IPV4 ? 3 : 4);
        end();
      }
    }
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

  private void load(List<Field> fields, int slots) {
    int place = 0;
    for (Field field : fields) {
      load(field, place, slots);
      place += field.registers(family);
    }
  }

  private void load(Field field, int place, int slots) {
    boolean v4 = family == IpFamily.IPV4;
    switch (field) {
      case SOURCE_ADDRESS -> payload(NETWORK_HEADER, v4 ? 12 : 8, family.bits() / 8, place);
      case ADDRESS -> payload(NETWORK_HEADER, v4 ? 16 : 24, family.bits() / 8, place);
      case PROTOCOL -> metaLoad(META_L4PROTO, place);
      case PORT -> payload(TRANSPORT_HEADER, 2, 2, place);
      case SHAPE -> metaLoad(META_PRIORITY, place);
      case SLOT -> {
        begin("numgen");
        out.putU32Be(1, register(place));
        out.putU32Be(2, slots);
        out.putU32Be(3, NUMGEN_RANDOM);
        out.putU32Be(4, 0);
        end();
      }
    }
  }

  private void payload(int base, int offset, int length, int place) {
    begin("payload");
    out.putU32Be(1, register(place));
    out.putU32Be(2, base);
    out.putU32Be(3, offset);
    out.putU32Be(4, length);
    end();
  }

  private void metaLoad(int key, int place) {
    begin("meta");
    out.putU32Be(2, key);
    out.putU32Be(1, register(place));
    end();
  }

  private void metaStore(int key) {
    begin("meta");
    out.putU32Be(2, key);
    out.putU32Be(3, register(0));
    end();
  }

  private void compare(int operation, byte[] value) {
    begin("cmp");
    out.putU32Be(1, register(0));
    out.putU32Be(2, operation);
    data(3, value);
    end();
  }

  private void bitwise(byte[] mask, byte[] xor) {
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

  private void lookup(NamedSet set) {
    begin("lookup");
    out.putString(1, set.label());
    out.putU32Be(2, register(0));
    end();
  }

  private void lookupInto(NamedSet map, int place) {
    begin("lookup");
    out.putString(1, map.label());
    out.putU32Be(2, register(0));
    out.putU32Be(3, register(place));
    end();
  }

  private void lookupVerdict(NamedSet map) {
    begin("lookup");
    out.putString(1, map.label());
    out.putU32Be(2, register(0));
    out.putU32Be(3, 0);
    end();
  }

  private void immediate(byte[] value) {
    begin("immediate");
    out.putU32Be(1, register(0));
    data(2, value);
    end();
  }

  private void verdict(int code, String chain) {
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

  private void changeMark(int mask, int xor) {
    metaLoad(META_MARK, 0);
    bitwise(host(mask), host(xor));
    metaStore(META_MARK);
  }

  private void conntrackBit(int key, int bit) {
    begin("ct");
    out.putU32Be(2, key);
    out.putU32Be(1, register(0));
    end();
    bitwise(host(bit), host(0));
    compare(CMP_NEQ, host(0));
  }

  private void isLocal(Field address) {
    begin("fib");
    out.putU32Be(1, register(0));
    out.putU32Be(2, FIB_RESULT_ADDRTYPE);
    out.putU32Be(3, address == Field.ADDRESS ? FIB_DADDR : FIB_SADDR);
    end();
    compare(CMP_EQ, host(RTN_LOCAL));
  }

  private void inRange(Field address, boolean negated, Cidr range) {
    byte[] value = range.address().bytes();
    int length = range.prefixLength();
    int offset =
        family == IpFamily.IPV4
            ? (address == Field.ADDRESS ? 16 : 12)
            : (address == Field.ADDRESS ? 24 : 8);
    int operation = negated ? CMP_NEQ : CMP_EQ;
    if (length % 8 == 0 && length > 0) {
      payload(NETWORK_HEADER, offset, length / 8, 0);
      compare(operation, Arrays.copyOf(value, length / 8));
    } else {
      payload(NETWORK_HEADER, offset, value.length, 0);
      bitwise(mask(length, value.length), new byte[value.length]);
      compare(operation, value);
    }
  }

  private static byte[] mask(int prefixLength, int size) {
    byte[] mask = new byte[size];
    for (int bit = 0; bit < prefixLength; bit++) {
      mask[bit / 8] |= (byte) (0x80 >>> bit % 8);
    }
    return mask;
  }

  private void balance(NamedSet map, int count) {
    load(map.key(), count);
    lookupInto(map, 0);
    begin("nat");
    out.putU32Be(1, NAT_DNAT);
    // AF_INET, AF_INET6
    out.putU32Be(2, family == IpFamily.IPV4 ? 2 : 10);
    out.putU32Be(3, register(0));
    out.putU32Be(5, register(Field.ADDRESS.registers(family)));
    // The kernel adds these flags by itself; said here, so that what is read equals what is sent.
    out.putU32Be(7, RANGE_MAP_IPS | RANGE_PROTO_SPECIFIED);
    end();
  }

  private static byte[] host(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }
}
