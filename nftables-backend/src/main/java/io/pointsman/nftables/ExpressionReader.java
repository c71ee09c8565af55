package io.pointsman.nftables;

import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.MessageReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a rule's expressions from netlink attributes, those that {@link ExpressionWriter} has
 * written as well as those that the kernel shows. Strict: an expression of which anything is not
 * understood is {@link Expression.Unknown}.
 */
final class ExpressionReader {
  private static final int RULE_EXPRESSIONS = 4;
  private static final int EXPR_NAME = 1;
  private static final int EXPR_DATA = 2;
  private static final int NAT_DNAT = 1;
  // linux/netfilter/nf_nat.h
  private static final int RANGE_MAP_IPS = 1;
  private static final int RANGE_PROTO_SPECIFIED = 2;
  private static final int FIB_RESULT_ADDRTYPE = 3;
  private static final int FIB_SADDR = 1;
  private static final int FIB_DADDR = 2;
  private static final int NUMGEN_RANDOM = 1;

  private final AttributeValues values;

  private ExpressionReader(AttributeValues values) {
    this.values = values;
  }

  /** The expressions of the one rule in this message without nfgenmsg header. */
  static List<Expression> ofMessage(byte[] message) {
    Attributes attributes = new MessageReader(message).iterator().next().attributes(0);
    while (attributes.next()) {
      if (attributes.type() == RULE_EXPRESSIONS) {
        return read(attributes.nested());
      }
    }
    return List.of();
  }

  /** The expressions in the contents of an expressions attribute. */
  static List<Expression> read(Attributes list) {
    List<Expression> expressions = new ArrayList<>();
    while (list.next()) {
      Attributes expression = list.nested();
      String name = "";
      Optional<AttributeValues> values = Optional.empty();
      while (expression.next()) {
        if (expression.type() == EXPR_NAME) {
          name = expression.string();
        } else if (expression.type() == EXPR_DATA) {
          values = Optional.of(new AttributeValues(expression.nested()));
        }
      }
      String known = name;
      expressions.add(
          values.map(data -> read(known, data)).orElseGet(() -> new Expression.Unknown(known, "")));
    }
    return List.copyOf(expressions);
  }

  private static Expression read(String name, AttributeValues values) {
    return new ExpressionReader(values)
        .named(name)
        .filter(expression -> values.understood())
        .orElseGet(() -> new Expression.Unknown(name, values.toString()));
  }

  private Optional<Expression> named(String name) {
    return switch (name) {
      case "payload" -> payload();
      case "meta" -> meta();
      case "ct" -> conntrack();
      case "fib" -> fib();
      case "immediate" -> immediate();
      case "bitwise" -> bitwise();
      case "numgen" -> numgen();
      case "cmp" -> compare();
      case "range" -> range();
      case "lookup" -> lookup();
      case "dynset" -> dynset();
      case "nat" -> nat();
      case "masq" -> Optional.of(new Expression.Masquerade(values.u32(1)));
      case "reject" -> Optional.of(new Expression.Reject(values.u32(1), values.u32(2)));
      case "counter" -> counter();
      default -> Optional.empty();
    };
  }

  private Optional<Expression> payload() {
    int to = values.register(1);
    int offset = values.u32(3);
    int length = values.u32(4);
    return Expression.Header.numbered(values.u32(2))
        .map(header -> new Expression.Payload(to, header, offset, length));
  }

  private Optional<Expression> meta() {
    Optional<Expression.MetaKey> key = Expression.MetaKey.numbered(values.u32(2));
    if (!values.has(3)) {
      int to = values.register(1);
      return key.map(loaded -> new Expression.LoadMeta(to, loaded));
    }
    int from = values.register(3);
    return key.filter(k -> k == Expression.MetaKey.MARK || k == Expression.MetaKey.PRIORITY)
        .map(stored -> new Expression.StoreMeta(stored, from));
  }

  private Optional<Expression> conntrack() {
    int to = values.register(1);
    return Expression.ConntrackKey.numbered(values.u32(2))
        .map(key -> new Expression.Conntrack(to, key));
  }

  private Optional<Expression> fib() {
    int to = values.register(1);
    int result = values.u32(2);
    int flags = values.u32(3);
    return result == FIB_RESULT_ADDRTYPE && (flags == FIB_SADDR || flags == FIB_DADDR)
        ? Optional.of(new Expression.AddressType(to, flags == FIB_SADDR))
        : Optional.empty();
  }

  private Optional<Expression> immediate() {
    if (values.isVerdict(1)) {
      return values.decision(2).map(Expression.Decide::new);
    }
    return Optional.of(new Expression.Constant(values.register(1), values.value(2)));
  }

  private Optional<Expression> bitwise() {
    int from = values.register(1);
    int to = values.register(2);
    int length = values.u32(3);
    Bytes mask = values.value(4);
    Bytes xor = values.value(5);
    return mask.length() == length && xor.length() == length
        ? Optional.of(new Expression.Bitwise(to, from, mask, xor))
        : Optional.empty();
  }

  private Optional<Expression> numgen() {
    int to = values.register(1);
    int modulus = values.u32(2);
    int offset = values.u32(4);
    return values.u32(3) == NUMGEN_RANDOM && modulus > 0
        ? Optional.of(new Expression.Draw(to, modulus, offset))
        : Optional.empty();
  }

  private Optional<Expression> compare() {
    int from = values.register(1);
    int relation = values.u32(2);
    Bytes value = values.value(3);
    Expression.Relation[] all = Expression.Relation.values();
    return relation >= 0 && relation < all.length
        ? Optional.of(new Expression.Compare(from, all[relation], value))
        : Optional.empty();
  }

  private Optional<Expression> range() {
    int from = values.register(1);
    boolean negated = values.u32(2) == 1;
    Bytes low = values.value(3);
    Bytes high = values.value(4);
    return low.length() == high.length()
        ? Optional.of(new Expression.Between(from, negated, low, high))
        : Optional.empty();
  }

  private Optional<Expression> lookup() {
    String set = values.string(1);
    int key = values.register(2);
    boolean negated = values.u32(5) == 1;
    if (!values.has(3)) {
      return Optional.of(new Expression.Contains(set, key, negated));
    }
    if (negated) {
      return Optional.empty();
    }
    return Optional.of(
        values.isVerdict(3)
            ? new Expression.FindDecision(set, key)
            : new Expression.Find(set, key, values.register(3)));
  }

  private Optional<Expression> dynset() {
    String set = values.string(1);
    int change = values.u32(3);
    int key = values.register(4);
    OptionalInt data = values.registerIfAny(5);
    long timeout = values.number(6);
    Expression.Change[] all = Expression.Change.values();
    return change >= 0 && change < all.length
        ? Optional.of(new Expression.ChangeElement(set, all[change], key, data, timeout))
        : Optional.empty();
  }

  /** The kernel shows both ends of a range where one was given, and flags that follow from it. */
  private Optional<Expression> nat() {
    int type = values.u32(1);
    int family = values.u32(2);
    int address = values.register(3);
    OptionalInt port = values.registerIfAny(5);
    OptionalInt lastAddress = values.registerIfAny(4);
    OptionalInt lastPort = values.registerIfAny(6);
    boolean single =
        lastAddress.orElse(address) == address && (lastPort.isEmpty() || lastPort.equals(port));
    int implied = RANGE_MAP_IPS | (port.isPresent() ? RANGE_PROTO_SPECIFIED : 0);
    int flags = values.u32(7);
    return type == NAT_DNAT && family != 0 && single && (flags | implied) == implied
        ? Optional.of(new Expression.Redirect(address, port))
        : Optional.empty();
  }

  private Optional<Expression> counter() {
    values.ignore(1);
    values.ignore(2);
    return Optional.of(new Expression.Count());
  }
}
