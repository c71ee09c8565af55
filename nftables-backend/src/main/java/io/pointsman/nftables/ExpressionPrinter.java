package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes the expressions of a rule in nft's language, whoever made the rule. For our own rules the
 * text is the one that {@link StatementPrinter} writes; what nft could not say is written so that a
 * person can follow.
 */
final class ExpressionPrinter {
  private static final int WORD = 4;
  private static final int INTERFACE_NAME_SIZE = 16;
  private static final int STATE_NEW = 8;
  private static final int STATUS_DST_NAT = 32;
  private static final int RTN_LOCAL = 2;
  private static final int TCP_RESET = 1;

  /**
   * What is in a register.
   *
   * @param text how nft says it
   * @param source the expression that loaded it
   * @param mask the bits that were kept of it, when some were cleared
   */
  private record Term(String text, Expression source, Optional<Bytes> mask) {
    Term(String text, Expression source) {
      this(text, source, Optional.empty());
    }
  }

  private final IpFamily family;
  private final Map<Integer, Term> registers = new TreeMap<>();
  private final List<String> parts = new ArrayList<>();

  private ExpressionPrinter(IpFamily family) {
    this.family = family;
  }

  /** The rule as one line. */
  static String print(IpFamily family, List<Expression> expressions) {
    ExpressionPrinter printer = new ExpressionPrinter(family);
    expressions.forEach(printer::add);
    return String.join(" ", printer.parts);
  }

  private void add(Expression expression) {
    switch (expression) {
      case Expression.Payload e -> load(e.to(), payload(e), e);
      case Expression.LoadMeta e -> load(e.to(), meta(e.key()), e);
      case Expression.Conntrack e -> load(e.to(), "ct " + e.key(), e);
      case Expression.AddressType e ->
          load(e.to(), "fib " + (e.ofSource() ? "saddr" : "daddr") + " type", e);
      case Expression.Constant e -> load(e.to(), number(e.value()), e);
      case Expression.Draw e ->
          load(
              e.to(),
              "numgen random mod "
                  + Integer.toUnsignedString(e.modulus())
                  + (e.offset() == 0 ? "" : " offset " + e.offset()),
              e);
      case Expression.Bitwise e -> bitwise(e);
      case Expression.StoreMeta e -> store(e);
      case Expression.Compare e -> parts.add(compare(at(e.from()), e.relation(), e.value()));
      case Expression.Between e ->
          parts.add(
              at(e.from()).text()
                  + (e.negated() ? " != " : " ")
                  + number(e.low())
                  + "-"
                  + number(e.high()));
      case Expression.Contains e ->
          parts.add(key(e.set(), e.key()) + (e.negated() ? " != @" : " @") + e.set());
      case Expression.Find e -> load(e.to(), key(e.map(), e.key()) + " map @" + e.map(), e);
      case Expression.FindDecision e -> parts.add(key(e.map(), e.key()) + " vmap @" + e.map());
      case Expression.ChangeElement e -> parts.add(change(e));
      case Expression.Decide(Decision decision) -> parts.add(decision(decision));
      case Expression.Redirect e -> parts.add(redirect(e.address(), e.port()));
      case Expression.Masquerade(int flags) -> parts.add(masquerade(flags));
      case Expression.Reject(int type, int code) ->
          parts.add(type == TCP_RESET ? "reject with tcp reset" : reject(code));
      case Expression.Count() -> parts.add("counter");
      case Expression.Unknown(String name, String attributes) ->
          parts.add("(" + name + " " + attributes + ")");
    }
  }

  private void load(int to, String text, Expression source) {
    registers.put(to, new Term(text, source));
  }

  private Term at(int place) {
    return registers.getOrDefault(
        place, new Term("(register " + place + ", which is empty)", new Expression.Count()));
  }

  private String payload(Expression.Payload e) {
    if (e.header() == Expression.Header.TRANSPORT && e.length() == 2 && e.offset() <= 2) {
      return e.offset() == 2 ? "th dport" : "th sport";
    }
    for (Field field : new Field[] {Field.SOURCE_ADDRESS, Field.ADDRESS}) {
      boolean starts = e.offset() == TracedPacket.offset(family, field);
      if (e.header() == Expression.Header.NETWORK && starts && e.length() <= field.width(family)) {
        return field.expression(family);
      }
    }
    String base = e.header() == Expression.Header.NETWORK ? "@nh," : "@th,";
    return base + 8 * e.offset() + "," + 8 * e.length();
  }

  private static String meta(Expression.MetaKey key) {
    return key == Expression.MetaKey.INTERFACE ? key.toString() : "meta " + key;
  }

  private void bitwise(Expression.Bitwise e) {
    Term from = at(e.from());
    int bits = 8 * e.mask().length();
    String text = from.text();
    boolean clears = !e.xor().equals(inverse(e.mask())) && !e.mask().equals(ones(bits / 8));
    if (e.xor().isZero() && !e.mask().equals(ones(bits / 8))) {
      Term masked = new Term(text + " & " + number(e.mask()), from.source(), Optional.of(e.mask()));
      registers.put(e.to(), masked);
      return;
    }
    if (clears) {
      text = "(" + text + " & " + number(e.mask()) + ")";
    }
    boolean sets = e.xor().equals(inverse(e.mask()));
    load(e.to(), text + (sets ? " | " : " ^ ") + number(e.xor()), e);
  }

  private void store(Expression.StoreMeta e) {
    Term value = at(e.from());
    boolean none =
        e.key() == Expression.MetaKey.PRIORITY
            && value.source() instanceof Expression.Constant(int to, Bytes bytes)
            && bytes.isZero();
    parts.add(meta(e.key()) + " set " + (none ? "none" : value.text()));
  }

  private String compare(Term term, Expression.Relation relation, Bytes value) {
    String is = relation == Expression.Relation.EQUAL ? " " : " " + relation + " ";
    boolean nonZero = relation == Expression.Relation.NOT_EQUAL && value.isZero();
    int bit = term.mask().map(mask -> host(mask)).orElse(0);
    return switch (term.source()) {
      case Expression.Conntrack e when nonZero && isBit(e, bit) ->
          "ct " + e.key() + (bit == STATE_NEW ? " new" : " dnat");
      case Expression.Payload e when prefix(term, value).isPresent() ->
          payload(e) + is + prefix(term, value).get();
      case Expression.LoadMeta(int to, Expression.MetaKey key)
          when key == Expression.MetaKey.INTERFACE && term.mask().isEmpty() ->
          term.text() + is + "\"" + interfaceName(value) + "\"";
      case Expression.LoadMeta e when nonZero && term.mask().isPresent() -> term.text() + " != 0";
      case Expression.AddressType e when host(value) == RTN_LOCAL -> term.text() + is + "local";
      default -> term.text() + is + number(value);
    };
  }

  private static boolean isBit(Expression.Conntrack e, int bit) {
    return (e.key() == Expression.ConntrackKey.STATE && bit == STATE_NEW)
        || (e.key() == Expression.ConntrackKey.STATUS && bit == STATUS_DST_NAT);
  }

  /** The range of addresses that a comparison with an address means. */
  private Optional<String> prefix(Term term, Bytes value) {
    int width = family.bits() / 8;
    boolean address =
        term.source()
                instanceof
                Expression.Payload(int to, Expression.Header header, int offset, int length)
            && header == Expression.Header.NETWORK
            && (offset == TracedPacket.offset(family, Field.ADDRESS)
                || offset == TracedPacket.offset(family, Field.SOURCE_ADDRESS))
            && value.length() <= width;
    int length = term.mask().map(ExpressionPrinter::leadingOnes).orElse(8 * value.length());
    if (!address || length < 0) {
      return Optional.empty();
    }
    IpAddress first = IpAddress.ofBytes(Arrays.copyOf(value.array(), width));
    Cidr range = new Cidr(first, length);
    return Optional.of(length == family.bits() ? first.toString() : range.toString());
  }

  private static String interfaceName(Bytes value) {
    int end = 0;
    while (end < value.length() && value.array()[end] != 0) {
      end++;
    }
    String name = new String(value.array(), 0, end, StandardCharsets.UTF_8);
    return value.length() < INTERFACE_NAME_SIZE ? name + "*" : name;
  }

  /** The terms in the registers that hold the set's key. */
  private String key(String set, int place) {
    int words =
        NamedSet.named(set).map(known -> NamedSet.length(known.key(), family) / WORD).orElse(1);
    return registers.entrySet().stream()
        .filter(entry -> entry.getKey() >= place && entry.getKey() < place + words)
        .map(entry -> entry.getValue().text())
        .collect(Collectors.joining(" . "));
  }

  private String change(Expression.ChangeElement e) {
    String text = e.change().name().toLowerCase(java.util.Locale.ROOT) + " @" + e.set() + " { ";
    text += key(e.set(), e.key());
    if (e.timeout() > 0) {
      text +=
          " timeout " + (e.timeout() % 1000 == 0 ? e.timeout() / 1000 + "s" : e.timeout() + "ms");
    }
    return text + (e.data().isPresent() ? " : " + at(e.data().getAsInt()).text() : "") + " }";
  }

  private String redirect(int address, OptionalInt port) {
    Term to = at(address);
    boolean together = to.source() instanceof Expression.Find || port.isEmpty();
    return "dnat to " + to.text() + (together ? "" : ":" + at(port.getAsInt()).text());
  }

  private static String masquerade(int flags) {
    return switch (flags) {
      case 0 -> "masquerade";
      case 4 -> "masquerade random";
      case 8 -> "masquerade persistent";
      case 16 -> "masquerade fully-random";
      default -> "masquerade flags " + flags;
    };
  }

  private String reject(int code) {
    int usual = family == IpFamily.IPV4 ? 3 : 4;
    return code == usual ? "reject" : "reject with icmp code " + code;
  }

  /** A decision as nft writes it. */
  static String decision(Decision decision) {
    return switch (decision) {
      case Decision.Continue() -> "continue";
      case Decision.Break() -> "break";
      case Decision.Return() -> "return";
      case Decision.Accept() -> "accept";
      case Decision.Drop() -> "drop";
      case Decision.Jump(String chain) -> "jump " + chain;
      case Decision.GoTo(String chain) -> "goto " + chain;
      case Decision.Refuse() -> "reject";
    };
  }

  /** Four bytes as the number that the host sees, others as they are. */
  private static String number(Bytes value) {
    return "0x" + (value.length() == WORD ? String.format("%08x", host(value)) : value.toString());
  }

  private static int host(Bytes value) {
    return value.length() == WORD ? value.number() : 0;
  }

  private static Bytes ones(int length) {
    return inverse(Bytes.of(new byte[length]));
  }

  private static Bytes inverse(Bytes value) {
    byte[] inverse = value.array().clone();
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = (byte) ~inverse[i];
    }
    return Bytes.of(inverse);
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
}
