package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.trace.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leads packets through the chains of one table. Where a rule draws lots, both ways are gone; as
 * our rules that draw decide, that stays linear in their number.
 *
 * @param rulebook the chains
 * @param table the table
 * @param conditions tell which rules apply
 * @param nodeAddress what MASQUERADE makes of a source
 */
record ChainWalk(Rulebook rulebook, Table table, Conditions conditions, IpAddress nodeAddress) {
  /** A packet on which the table has spoken its last word: {@code ACCEPT}, DROP or REJECT. */
  record Decided(PacketState packet, Action verdict) {}

  /** Leads a packet into a builtin chain; what no rule decides is accepted. */
  List<Decided> enter(String chain, PacketState packet) {
    List<Decided> decided = new ArrayList<>();
    rulebook
        .rules(new ChainId(table, chain))
        .map(rules -> walk(chain, rules, packet, false, decided))
        .orElse(List.of(packet))
        .forEach(left -> decided.add(new Decided(left, new Action.Accept())));
    return decided;
  }

  /** The packets that come back from a chain undecided. */
  private List<PacketState> walk(
      String chain, List<Rule> rules, PacketState packet, boolean drawn, List<Decided> decided) {
    StepWriter writer = new StepWriter(chain, rules, drawn);
    List<PacketState> returned = new ArrayList<>();
    List<PacketState> here = List.of(packet);
    for (Rule rule : rules) {
      List<PacketState> next = new ArrayList<>();
      for (PacketState each : here) {
        switch (conditions.hold(rule, each)) {
          case NO -> next.add(each);
          case UNKNOWN -> next.add(each.after(writer.unknown(rule)));
          case YES -> {
            double chance = Conditions.chance(rule);
            if (chance < 1) {
              next.add(each.withShare(each.share() * (1 - chance)));
            }
            if (chance > 0) {
              apply(rule, each.withShare(each.share() * chance), writer, next, returned, decided);
            }
          }
        }
      }
      here = next;
    }
    returned.addAll(here);
    return returned;
  }

  private void apply(
      Rule rule,
      PacketState packet,
      StepWriter writer,
      List<PacketState> next,
      List<PacketState> returned,
      List<Decided> decided) {
    Outcome.Step step = writer.step(rule);
    switch (rule.action()) {
      case Action.Jump(String to) -> next.addAll(call(rule, to, packet, writer, decided));
      case Action.Goto(String to) -> returned.addAll(call(rule, to, packet, writer, decided));
      case Action.Return() -> returned.add(packet);
      case Action.SetMark(int value, int mask) -> {
        int mark = (packet.mark() & ~mask) ^ value;
        next.add(mark == packet.mark() ? packet : packet.withMark(mark).after(step));
      }
      case Action.Dnat(var address, int port) ->
          decided.add(
              new Decided(packet.redirectedTo(address, port).after(step), new Action.Accept()));
      case Action.Masquerade() ->
          decided.add(
              new Decided(packet.masqueradedAs(nodeAddress).after(step), new Action.Accept()));
      case Action.Accept accept -> decided.add(new Decided(packet.after(step), accept));
      case Action.Drop drop -> decided.add(new Decided(packet.after(step), drop));
      case Action.Reject reject -> decided.add(new Decided(packet.after(step), reject));
      case Action.Foreign foreign ->
          throw new AssertionError(
              "of '" + foreign.text() + "' it is not known whether it applies");
    }
  }

  /** A jump from which a packet comes back as it went is not part of its path. */
  private List<PacketState> call(
      Rule rule, String to, PacketState packet, StepWriter writer, List<Decided> decided) {
    Optional<List<Rule>> rules = rulebook.rules(new ChainId(table, to));
    if (rules.isEmpty()) {
      return List.of(packet.after(writer.notFollowed(rule)));
    }
    PacketState called = packet.after(writer.step(rule));
    return walk(to, rules.get(), called, writer.isOneOfMany(rule), decided).stream()
        .map(back -> back.trail().equals(called.trail()) ? back.withTrail(packet.trail()) : back)
        .toList();
  }
}
