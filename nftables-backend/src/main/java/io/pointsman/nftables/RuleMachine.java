package io.pointsman.nftables;

import io.pointsman.trace.Host;
import io.pointsman.trace.TraceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Does with a packet what the kernel does for the expressions of a rule (net/netfilter/nft_*.c).
 * Lives for one walk of one packet.
 */
final class RuleMachine {
  private static final int NUMBER = 4;
  // linux/rtnetlink.h
  private static final int RTN_UNICAST = 1;
  private static final int RTN_LOCAL = 2;

  private final Ruleset ruleset;
  private final Map<ElementKey, ElementValue> elements;
  private final TracedPacket packet;
  private final Host host;
  private final Draws draws;
  private final Map<ElementKey, Registers.Value> dynamic = new HashMap<>();
  private Registers registers = new Registers();
  private List<Element> found = new ArrayList<>();

  RuleMachine(TracedRules rules, TracedPacket packet, Host host, Draws draws) {
    this.ruleset = rules.ruleset();
    this.elements = rules.elements();
    this.packet = packet;
    this.host = host;
    this.draws = draws;
  }

  /**
   * What a rule comes to.
   *
   * @param decision {@link Decision.Break} when some condition does not hold
   * @param found the elements that its lookups have found, but for those whose key was drawn
   */
  record Result(Decision decision, List<Element> found) {}

  /**
   * Runs a rule up to the expression that decides.
   *
   * @throws TraceException naming the expression that cannot be followed
   */
  Result run(List<Expression> rule) {
    registers = new Registers();
    found = new ArrayList<>();
    Decision decision = new Decision.Continue();
    for (int i = 0; i < rule.size() && decision instanceof Decision.Continue; i++) {
      try {
        decision = evaluate(rule.get(i));
      } catch (TraceException e) {
        throw new TraceException("expression " + (i + 1) + " " + e.getMessage(), e);
      }
    }
    return new Result(decision, found);
  }

  private Decision evaluate(Expression expression) {
    return switch (expression) {
      case Expression.Payload(int to, Expression.Header header, int offset, int length) ->
          load(to, packet.payload(header, offset, length));
      case Expression.LoadMeta(int to, Expression.MetaKey key) -> load(to, packet.meta(key));
      case Expression.Conntrack(int to, Expression.ConntrackKey key) ->
          load(to, packet.conntrack(key));
      case Expression.AddressType(int to, boolean ofSource) ->
          load(to, number(host.isLocal(packet.address(ofSource)) ? RTN_LOCAL : RTN_UNICAST));
      case Expression.Constant(int to, Bytes value) -> load(to, Registers.Value.fixed(value));
      case Expression.Bitwise e -> bitwise(e);
      case Expression.Draw(int to, int modulus, int offset) -> {
        Bytes drawn = Bytes.ofNumber(offset + draws.draw(modulus));
        yield load(to, new Registers.Value(drawn, modulus > 1));
      }
      case Expression.StoreMeta(Expression.MetaKey key, int from) -> store(key, from);
      case Expression.Compare(int from, Expression.Relation relation, Bytes value) ->
          goOnIf(holds(relation, compare(from, value)));
      case Expression.Between(int from, boolean negated, Bytes low, Bytes high) ->
          goOnIf((compare(from, low) >= 0 && compare(from, high) <= 0) != negated);
      case Expression.Contains(String set, int key, boolean negated) ->
          goOnIf(find(set, key).isPresent() != negated);
      case Expression.Find(String map, int key, int to) ->
          find(map, key).map(found -> load(to, found.data())).orElseGet(Decision.Break::new);
      case Expression.FindDecision(String map, int key) ->
          find(map, key).map(RuleMachine::decision).orElseGet(Decision.Break::new);
      case Expression.ChangeElement e -> change(e);
      case Expression.Decide(Decision decision) -> decision;
      case Expression.Redirect e -> redirect(e);
      case Expression.Masquerade e -> {
        packet.masquerade(host);
        yield new Decision.Accept();
      }
      case Expression.Reject e -> new Decision.Refuse();
      case Expression.Count() -> new Decision.Continue();
      case Expression.Unknown(String name, String attributes) ->
          throw new TraceException(
              "is '" + name + "' with attributes {" + attributes + "}, which cannot be traced");
    };
  }

  private Decision load(int to, Registers.Value value) {
    registers.put(to, value);
    return new Decision.Continue();
  }

  private static Registers.Value number(int value) {
    return Registers.Value.fixed(Bytes.ofNumber(value));
  }

  private static Decision goOnIf(boolean condition) {
    return condition ? new Decision.Continue() : new Decision.Break();
  }

  private int compare(int from, Bytes value) {
    return registers.get(from, value.length()).bytes().compareTo(value);
  }

  private static boolean holds(Expression.Relation relation, int order) {
    return switch (relation) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }

  private Decision bitwise(Expression.Bitwise e) {
    Registers.Value from = registers.get(e.from(), e.mask().length());
    byte[] bits = from.bytes().array();
    byte[] result = new byte[bits.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) ((bits[i] & e.mask().array()[i]) ^ e.xor().array()[i]);
    }
    return load(e.to(), new Registers.Value(Bytes.of(result), from.drawn()));
  }

  private Decision store(Expression.MetaKey key, int from) {
    packet.setMeta(key, registers.get(from, NUMBER));
    return new Decision.Continue();
  }

  /** What a lookup yields: data, or a chain to go to. */
  private record Found(Registers.Value data, String chain) {}

  private Optional<Found> find(String name, int place) {
    NamedSet set = set(name);
    Registers.Value key = registers.get(place, set.keyLength(ruleset.family()));
    ElementKey element = new ElementKey(set, key.bytes());
    Registers.Value remembered = dynamic.get(element);
    if (remembered != null) {
      return Optional.of(new Found(remembered, ""));
    }
    Optional<ElementValue> value = Optional.ofNullable(elements.get(element));
    if (!key.drawn()) {
      value.ifPresent(present -> found.add(new Element(element, present)));
    }
    return value.map(
        present -> new Found(new Registers.Value(present.data(), key.drawn()), present.chain()));
  }

  private NamedSet set(String name) {
    return NamedSet.named(name)
        .filter(ruleset.sets()::contains)
        .orElseThrow(
            () -> new TraceException("looks into '" + name + "', which is no set of this version"));
  }

  private static Decision decision(Found found) {
    return new Decision.GoTo(found.chain());
  }

  /** As {@code nft_dynset_eval}: an element that is there keeps its data. */
  private Decision change(Expression.ChangeElement e) {
    NamedSet set = set(e.set());
    int length = set.keyLength(ruleset.family());
    ElementKey element = new ElementKey(set, registers.get(e.key(), length).bytes());
    switch (e.change()) {
      case ADD, UPDATE -> {
        int dataLength = set.dataLength(ruleset.family());
        Registers.Value data =
            e.data().isPresent()
                ? registers.get(e.data().getAsInt(), dataLength)
                : Registers.Value.fixed(Bytes.NONE);
        dynamic.putIfAbsent(element, data);
      }
      case DELETE -> dynamic.remove(element);
    }
    return new Decision.Continue();
  }

  private Decision redirect(Expression.Redirect e) {
    Registers.Value address = registers.get(e.address(), ruleset.family().bits() / 8);
    Optional<Registers.Value> port =
        e.port().isPresent()
            ? Optional.of(registers.get(e.port().getAsInt(), 2))
            : Optional.empty();
    packet.redirect(address, port);
    return new Decision.Accept();
  }
}
