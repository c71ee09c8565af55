package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.List;
import java.util.stream.Collectors;

/** Writes statements in nft's language. */
final class StatementPrinter {
  private final IpFamily family;

  StatementPrinter(IpFamily family) {
    this.family = family;
  }

  String print(Rule rule) {
    return rule.statements().isEmpty()
        ? "# not ours: " + rule
        : rule.statements().stream().map(this::print).collect(Collectors.joining(" "));
  }

  String print(Statement statement) {
    return switch (statement) {
      case Statement.InSet(NamedSet set) -> load(set.key(), 1) + " @" + set.label();
      case Statement.InRange(Field address, boolean negated, Cidr range) ->
          address.expression(family) + (negated ? " != " : " ") + prefix(range);
      case Statement.FromInterface(boolean negated, String name, boolean prefix) ->
          "iifname " + (negated ? "!= " : "") + "\"" + name + (prefix ? "*" : "") + "\"";
      case Statement.IsLocal(Field address) ->
          "fib " + (address == Field.ADDRESS ? "daddr" : "saddr") + " type local";
      case Statement.NewConnection() -> "ct state new";
      case Statement.Redirected() -> "ct status dnat";
      case Statement.Marked(int mask) -> "meta mark & " + hex(mask) + " != 0";
      case Statement.SetMark(int mask) -> "meta mark set meta mark | " + hex(mask);
      case Statement.FlipMark(int mask) -> "meta mark set meta mark ^ " + hex(mask);
      case Statement.FindShape(NamedSet map) ->
          "meta priority set " + load(map.key(), 1) + " map @" + map.label();
      case Statement.GoToShape() -> "meta priority vmap @" + NamedSet.SHAPES.label();
      case Statement.ForgetShape() -> "meta priority set none";
      case Statement.IsProtocol(Protocol protocol) -> "meta l4proto " + protocol.lowerCase();
      case Statement.FindGroup(NamedSet map) ->
          "meta priority set " + load(map.key(), 1) + " map @" + map.label();
      case Statement.FindOriginalGroup(NamedSet map) ->
          "meta priority set " + loadOriginal(map.key()) + " map @" + map.label();
      case Statement.FindTimeout() ->
          "meta priority set meta priority map @" + NamedSet.AFFINITY_TIMEOUTS.label();
      case Statement.OtherGroup() -> "meta priority set meta priority ^ 0:1";
      case Statement.FirstSentTo(NamedSet addresses) ->
          loadOriginal(addresses.key()) + " @" + addresses.label();
      case Statement.Recall() ->
          "dnat to " + recall(NamedSet.AFFINITY) + " : " + recall(NamedSet.AFFINITY_PORTS);
      case Statement.Remember(int seconds) ->
          update(NamedSet.AFFINITY, seconds) + " " + update(NamedSet.AFFINITY_PORTS, seconds);
      case Statement.GoToChain(NamedSet map) -> load(map.key(), 1) + " vmap @" + map.label();
      case Statement.Return() -> "return";
      case Statement.Balance(NamedSet map, int count) ->
          "dnat to " + load(map.key(), count) + " map @" + map.label();
      case Statement.Masquerade() -> "masquerade fully-random";
      case Statement.Jump(String chain) -> "jump " + chain;
      case Statement.Drop() -> "drop";
      case Statement.Reject() -> "reject";
    };
  }

  private String load(List<Field> fields, int slots) {
    return fields.stream()
        .map(field -> field == Field.SLOT ? "numgen random mod " + slots : field.expression(family))
        .collect(Collectors.joining(" . "));
  }

  private String loadOriginal(List<Field> fields) {
    return fields.stream()
        .map(field -> field.originalExpression(family))
        .collect(Collectors.joining(" . "));
  }

  private String recall(NamedSet map) {
    return load(map.key(), 1) + " map @" + map.label();
  }

  private String update(NamedSet map, int seconds) {
    return "update @%s { %s timeout %ds : %s }"
        .formatted(map.label(), load(map.key(), 1), seconds, load(map.data(), 1));
  }

  private static String prefix(Cidr range) {
    return range.prefixLength() == range.family().bits()
        ? range.address().toString()
        : range.toString();
  }

  private static String hex(int mask) {
    return String.format("0x%08x", mask);
  }
}
