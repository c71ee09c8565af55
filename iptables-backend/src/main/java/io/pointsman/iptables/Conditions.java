package io.pointsman.iptables;

import io.pointsman.trace.Host;
import java.util.Set;

/**
 * Whether matches hold for the first packet of a connection, from a client that no recent list
 * knows.
 */
record Conditions(Host host) {
  /** All but chance. */
  Truth hold(Rule rule, PacketState packet) {
    Truth all = Truth.YES;
    for (Match match : rule.matches()) {
      all = all.and(holds(match, packet));
      if (all == Truth.NO) {
        return Truth.NO;
      }
    }
    return rule.action() instanceof Action.Foreign ? Truth.UNKNOWN : all;
  }

  /** The part of those packets for which all else holds. */
  static double chance(Rule rule) {
    double chance = 1;
    for (Match match : rule.matches()) {
      if (match instanceof Match.Chance(long parts)) {
        chance *= (double) parts / Match.Chance.WHOLE;
      }
    }
    return chance;
  }

  private Truth holds(Match match, PacketState packet) {
    return switch (match) {
      case Match.Source(var cidr, boolean not) -> Truth.of(cidr.contains(packet.source()) != not);
      case Match.Destination(var cidr, boolean not) ->
          Truth.of(cidr.contains(packet.destination()) != not);
      case Match.InInterface(String pattern, boolean not) ->
          Truth.of(isNamed(packet.inInterface(), pattern) != not);
      case Match.Proto(var protocol) -> Truth.of(protocol == packet.protocol());
      case Match.CtState(var states, boolean not) ->
          Truth.of(states.stream().anyMatch(states(packet)::contains) != not);
      case Match.Comment ignored -> Truth.YES;
      case Match.DestinationPorts(var protocol, int first, int last) ->
          Truth.of(
              protocol == packet.protocol() && first <= packet.port() && packet.port() <= last);
      case Match.SourceIsLocal() -> Truth.of(host.isLocal(packet.source()));
      case Match.DestinationIsLocal() -> Truth.of(host.isLocal(packet.destination()));
      case Match.Mark(int value, int mask, boolean not) ->
          Truth.of(((packet.mark() & mask) == value) != not);
      case Match.Bytecode(var program) -> SocketFilter.accepts(program, packet);
      case Match.Chance ignored -> Truth.YES;
      case Match.CountedAs ignored -> Truth.YES;
      case Match.SeenRecently ignored -> Truth.NO;
      case Match.RememberSource ignored -> Truth.YES;
    };
  }

  private static Set<Match.State> states(PacketState packet) {
    if (packet.changed()) {
      return packet.masqueraded()
          ? Set.of(Match.State.NEW, Match.State.DNAT, Match.State.SNAT)
          : Set.of(Match.State.NEW, Match.State.DNAT);
    }
    return packet.masqueraded()
        ? Set.of(Match.State.NEW, Match.State.SNAT)
        : Set.of(Match.State.NEW);
  }

  private static boolean isNamed(String name, String pattern) {
    return pattern.endsWith("+")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
