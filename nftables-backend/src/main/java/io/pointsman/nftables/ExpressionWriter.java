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
  private static final int JUMP = -3;
  private static final int RETURN = -5;
  private static final int DROP = 0;

  private static final int CMP_EQ = 0;
  private static final int CMP_NEQ = 1;
  private static final int META_MARK = 3;
  private static final int META_PRIORITY = 2;
  private static final int META_IIFNAME = 6;
  private static final int META_L4PROTO = 16;
  private static final int CT_STATE = 0;
  private static final int CT_STATUS = 2;
  private static final int CT_PROTO_DST = 12;
  private static final int CT_DST_IP = 20;
  private static final int CT_DST_IP6 = 22;
  // linux/netfilter/nf_conntrack_common.h: the bit of IP_CT_NEW for rules, and IPS_DST_NAT.
  private static final int STATE_NEW = 8;
  private static final int STATUS_DST_NAT = 32;
  private static final int TRANSPORT_HEADER = 2;
  private static final int FIB_SADDR = 1;
  private static final int FIB_DADDR = 2;
  // linux/rtnetlink.h
  private static final int RTN_LOCAL = 2;
  private static final int INTERFACE_NAME_SIZE = 16;

  /** Where nft puts what comes second: the next register of 128 bits. */
  private static final int SECOND_PLACE = 4;

  private final MessageWriter out;
  private final ExpressionBuilder expressions;
  private final IpFamily family;

  ExpressionWriter(MessageWriter out, IpFamily family) {
    this.out = out;
    this.expressions = new ExpressionBuilder(out, family);
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
        load(set.key(), 1, 0);
        expressions.lookup(set);
      }
      case Statement.InRange(Field address, boolean negated, Cidr range) ->
          inRange(address, negated, range);
      case Statement.FromInterface(boolean negated, String name, boolean prefix) -> {
        expressions.metaLoad(META_IIFNAME, 0);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        expressions.compare(
            negated ? CMP_NEQ : CMP_EQ, prefix ? text : Arrays.copyOf(text, INTERFACE_NAME_SIZE));
      }
      case Statement.IsLocal(Field address) -> isLocal(address);
      case Statement.IsProtocol(var protocol) -> {
        expressions.metaLoad(META_L4PROTO, 0);
        expressions.compare(CMP_EQ, new byte[] {(byte) protocol.number()});
      }
      case Statement.NewConnection() -> conntrackBit(CT_STATE, STATE_NEW);
      case Statement.Redirected() -> conntrackBit(CT_STATUS, STATUS_DST_NAT);
      case Statement.Marked(int mask) -> {
        expressions.metaLoad(META_MARK, 0);
        expressions.bitwise(host(mask), host(0));
        expressions.compare(CMP_NEQ, host(0));
      }
      case Statement.SetMark(int mask) -> change(META_MARK, ~mask, mask);
      case Statement.FlipMark(int mask) -> change(META_MARK, -1, mask);
      case Statement.FindShape(NamedSet map) -> find(map);
      case Statement.GoToShape() -> {
        expressions.metaLoad(META_PRIORITY, 0);
        expressions.lookupVerdict(NamedSet.SHAPES);
      }
      case Statement.ForgetShape() -> {
        expressions.immediate(host(0));
        expressions.metaStore(META_PRIORITY);
      }
      case Statement.FindGroup(NamedSet map) -> find(map);
      case Statement.FindOriginalGroup(NamedSet map) -> {
        loadOriginal(map.key());
        expressions.lookupInto(map, 0);
        expressions.metaStore(META_PRIORITY);
      }
      case Statement.FindTimeout() -> find(NamedSet.AFFINITY_TIMEOUTS);
      case Statement.OtherGroup() -> change(META_PRIORITY, -1, 1);
      case Statement.FirstSentTo(NamedSet addresses) -> {
        loadOriginal(addresses.key());
        expressions.lookup(addresses);
      }
      case Statement.Recall() -> recall();
      case Statement.Remember(int seconds) -> {
        remember(NamedSet.AFFINITY, seconds);
        remember(NamedSet.AFFINITY_PORTS, seconds);
      }
      case Statement.Balance(NamedSet map, int count) -> balance(map, count);
      case Statement.GoToChain(NamedSet map) -> {
        load(map.key(), 1, 0);
        expressions.lookupVerdict(map);
      }
      case Statement.Masquerade() -> expressions.masquerade();
      case Statement.Jump(String chain) -> expressions.verdict(JUMP, chain);
      case Statement.Return() -> expressions.verdict(RETURN, "");
      case Statement.Drop() -> expressions.verdict(DROP, "");
      case Statement.Reject() -> expressions.reject();
    }
  }

  private void load(List<Field> fields, int slots, int firstPlace) {
    int place = firstPlace;
    for (Field field : fields) {
      load(field, place, slots);
      place += field.registers(family);
    }
  }

  private void load(Field field, int place, int slots) {
    switch (field) {
      case SOURCE_ADDRESS, ADDRESS ->
          expressions.networkHeader(offset(field), family.bits() / 8, place);
      case PROTOCOL -> expressions.metaLoad(META_L4PROTO, place);
      case PORT -> expressions.payload(TRANSPORT_HEADER, 2, 2, place);
      case SHAPE, GROUP, SECONDS -> expressions.metaLoad(META_PRIORITY, place);
      case SLOT -> expressions.random(slots, place);
      case CLIENT -> {
        boolean v4 = family == IpFamily.IPV4;
        int offset = v4 ? offset(Field.SOURCE_ADDRESS) : Field.CLIENT_OFFSET / 8;
        expressions.networkHeader(offset, field.width(family), place);
      }
    }
  }

  /** Bytes from the start of the IP header to one of its addresses. */
  private int offset(Field address) {
    int source = family == IpFamily.IPV4 ? 12 : 8;
    return address == Field.ADDRESS ? source + family.bits() / 8 : source;
  }

  private void loadOriginal(List<Field> fields) {
    int place = 0;
    for (Field field : fields) {
      switch (field) {
        case ADDRESS ->
            expressions.originalTuple(family == IpFamily.IPV4 ? CT_DST_IP : CT_DST_IP6, place);
        case PORT -> expressions.originalTuple(CT_PROTO_DST, place);
        case SOURCE_ADDRESS, PROTOCOL, SHAPE, SLOT, CLIENT, GROUP, SECONDS -> load(field, place, 1);
      }
      place += field.registers(family);
    }
  }

  private void find(NamedSet map) {
    load(map.key(), 1, 0);
    expressions.lookupInto(map, 0);
    expressions.metaStore(META_PRIORITY);
  }

  private void change(int meta, int mask, int xor) {
    expressions.metaLoad(meta, 0);
    expressions.bitwise(host(mask), host(xor));
    expressions.metaStore(meta);
  }

  private void conntrackBit(int key, int bit) {
    expressions.conntrack(key);
    expressions.bitwise(host(bit), host(0));
    expressions.compare(CMP_NEQ, host(0));
  }

  private void isLocal(Field address) {
    expressions.addressType(address == Field.ADDRESS ? FIB_DADDR : FIB_SADDR);
    expressions.compare(CMP_EQ, host(RTN_LOCAL));
  }

  private void inRange(Field address, boolean negated, Cidr range) {
    byte[] value = range.address().bytes();
    int length = range.prefixLength();
    int operation = negated ? CMP_NEQ : CMP_EQ;
    if (length % 8 == 0 && length > 0) {
      expressions.networkHeader(offset(address), length / 8, 0);
      expressions.compare(operation, Arrays.copyOf(value, length / 8));
    } else {
      expressions.networkHeader(offset(address), value.length, 0);
      expressions.bitwise(mask(length, value.length), new byte[value.length]);
      expressions.compare(operation, value);
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
    load(map.key(), count, 0);
    expressions.lookupInto(map, 0);
    expressions.dnat(0, Field.ADDRESS.registers(family));
  }

  private void recall() {
    load(NamedSet.AFFINITY.key(), 1, 0);
    expressions.lookupInto(NamedSet.AFFINITY, 0);
    load(NamedSet.AFFINITY_PORTS.key(), 1, SECOND_PLACE);
    expressions.lookupInto(NamedSet.AFFINITY_PORTS, SECOND_PLACE);
    expressions.dnat(0, SECOND_PLACE);
  }

  private void remember(NamedSet map, int seconds) {
    load(map.key(), 1, 0);
    load(map.data(), 1, SECOND_PLACE);
    expressions.update(map, SECOND_PLACE, seconds);
  }

  private static byte[] host(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }
}
