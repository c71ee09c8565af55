package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
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
  private static final int TCP_RESET = 1;

  private final IpFamily family;
  private final ConstantPrinter constants;
  private final NavigableMap<Integer, LoadedTerm> registers = new TreeMap<>();
  private final List<String> parts = new ArrayList<>();

  private ExpressionPrinter(IpFamily family) {
    this.family = family;
    this.constants = new ConstantPrinter(family);
  }

  /** The rule as one line. */
  static String print(IpFamily family, List<Expression> expressions) {
    ExpressionPrinter printer = new ExpressionPrinter(family);
    expressions.forEach(printer::add);
    return String.join(" ", printer.parts);
  }

  private void add(Expression expression) {
    switch (expression) {
      case Expression.Payload e -> load(e.to(), e.length(), constants.payload(e), e);
      case Expression.LoadMeta e -> load(e.to(), meta(e.key()), e);
      case Expression.Conntrack e -> load(e.to(), "ct " + e.key(), e);
      case Expression.AddressType e ->
          load(e.to(), "fib " + (e.ofSource() ? "saddr" : "daddr") + " type", e);
      case Expression.Constant e ->
          load(e.to(), e.value().length(), ConstantPrinter.number(e.value()), e);
      case Expression.Draw e -> load(e.to(), draw(e), e);
      case Expression.Bitwise e -> bitwise(e);
      case Expression.StoreMeta e -> parts.add(meta(e.key()) + " set " + stored(e));
      case Expression.Compare e ->
          parts.add(constants.compare(at(e.from()), e.relation(), e.value()));
      case Expression.Between e ->
          parts.add(constants.between(at(e.from()), e.negated(), e.low(), e.high()));
      case Expression.Contains e ->
          parts.add(key(e.set(), e.key()) + (e.negated() ? " != @" : " @") + e.set());
      case Expression.Find e ->
          load(e.to(), dataLength(e.map()), key(e.map(), e.key()) + " map @" + e.map(), e);
      case Expression.FindDecision e -> parts.add(key(e.map(), e.key()) + " vmap @" + e.map());
      case Expression.ChangeElement e -> parts.add(change(e));
      case Expression.Decide(Decision decision) -> parts.add(decision(decision));
      case Expression.Redirect(int address, OptionalInt port) ->
          parts.add("dnat to " + at(address).text() + port(port));
      case Expression.Masquerade(int flags) -> parts.add(masquerade(flags));
      case Expression.Reject(int type, int code) -> parts.add(reject(type, code));
      case Expression.Count() -> parts.add("counter");
      case Expression.Unknown(String name, String attributes) ->
          parts.add("(" + name + " " + attributes + ")");
    }
  }

  private void load(int to, String text, Expression source) {
    load(to, WORD, text, source);
  }

  /** What was in the words before is gone, also where a value begins in front of them. */
  private void load(int to, int length, String text, Expression source) {
    registers.subMap(to, to + (length + WORD - 1) / WORD).clear();
    registers.put(to, new LoadedTerm(text, source, Optional.empty()));
  }

  private LoadedTerm at(int place) {
    return registers.getOrDefault(
        place,
        new LoadedTerm("(empty register)", new Expression.Unknown("", ""), Optional.empty()));
  }

  private static String meta(Expression.MetaKey key) {
    return key == Expression.MetaKey.INTERFACE ? key.toString() : "meta " + key;
  }

  private static String draw(Expression.Draw e) {
    return "numgen random mod "
        + Integer.toUnsignedString(e.modulus())
        + (e.offset() == 0 ? "" : " offset " + e.offset());
  }

  /** Cleared bits are {@code &}, set ones {@code |} and flipped ones {@code ^}. */
  private void bitwise(Expression.Bitwise e) {
    LoadedTerm from = at(e.from());
    boolean clears = !e.mask().inverted().isZero();
    if (clears && e.xor().isZero()) {
      String text = from.text() + " & " + ConstantPrinter.number(e.mask());
      load(e.to(), e.mask().length(), text, e);
      registers.put(e.to(), new LoadedTerm(text, from.source(), Optional.of(e.mask())));
      return;
    }
    String xor =
        ConstantPrinter.isPriority(from.source())
            ? ConstantPrinter.classId(e.xor())
            : ConstantPrinter.number(e.xor());
    boolean sets = e.xor().equals(e.mask().inverted());
    String operand =
        clears && !sets
            ? "(" + from.text() + " & " + ConstantPrinter.number(e.mask()) + ")"
            : from.text();
    load(e.to(), e.mask().length(), operand + (sets ? " | " : " ^ ") + xor, e);
  }

  private String stored(Expression.StoreMeta e) {
    LoadedTerm value = at(e.from());
    if (e.key() == Expression.MetaKey.PRIORITY
        && value.source() instanceof Expression.Constant(int to, Bytes bytes)) {
      return bytes.isZero() ? "none" : ConstantPrinter.classId(bytes);
    }
    return value.text();
  }

  /** The terms in the registers that hold the set's key. */
  private String key(String set, int place) {
    int length = NamedSet.named(set).map(known -> known.keyLength(family)).orElse(WORD);
    return registers.subMap(place, place + (length + WORD - 1) / WORD).values().stream()
        .map(LoadedTerm::text)
        .collect(Collectors.joining(" . "));
  }

  private int dataLength(String map) {
    return NamedSet.named(map).map(known -> known.dataLength(family)).orElse(WORD);
  }

  private String change(Expression.ChangeElement e) {
    long timeout = e.timeout();
    return "%s @%s { %s%s%s }"
        .formatted(
            e.change().name().toLowerCase(Locale.ROOT),
            e.set(),
            key(e.set(), e.key()),
            timeout == 0
                ? ""
                : " timeout " + (timeout % 1000 == 0 ? timeout / 1000 + "s" : timeout + "ms"),
            e.data().isPresent() ? " : " + at(e.data().getAsInt()).text() : "");
  }

  /** The port of a redirection, unless the address's lookup yields it too. */
  private String port(OptionalInt place) {
    return place.isPresent() && registers.containsKey(place.getAsInt())
        ? " : " + at(place.getAsInt()).text()
        : "";
  }

  /** Flags of linux/netfilter/nf_nat.h. */
  private static String masquerade(int flags) {
    return switch (flags) {
      case 0 -> "masquerade";
      case 4 -> "masquerade random";
      case 8 -> "masquerade persistent";
      case 16 -> "masquerade fully-random";
      default -> "masquerade flags " + flags;
    };
  }

  private String reject(int type, int code) {
    if (type == TCP_RESET) {
      return "reject with tcp reset";
    }
    // ICMP port unreachable, which nft leaves out: code 3 (RFC 792) or 4 (RFC 4443).
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
}
