package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what rules make of a packet, hook by hook as the kernel does. Of chains that are not ours it
 * knows only the rules that a {@link IptablesRuleset} holds, and says so where one cannot be
 * evaluated.
 */
final class IptablesTracer implements Tracer {
  private final Rulebook rulebook;
  private final IpFamily family;

  IptablesTracer(IptablesRuleset ruleset, IpFamily family) {
    this.rulebook = Rulebook.of(ruleset);
    this.family = family;
  }

  @Override
  public Trace trace(Packet packet, Host host) {
    if (packet.family() != family) {
      throw new IllegalArgumentException(
          "the rules are for " + family + ", and the packet is " + packet);
    }
    return new Passage(host).trace(packet);
  }

  /** The way of one packet through the hooks. */
  private final class Passage {
    private final Host host;
    private final Conditions conditions;
    private final IpAddress nodeAddress;
    private final Map<Fate, Double> fates = new LinkedHashMap<>();

    private record Fate(Disposition disposition, List<Outcome.Step> path) {}

    Passage(Host host) {
      this.host = host;
      this.conditions = new Conditions(host);
      this.nodeAddress =
          host.addresses().stream()
              .filter(address -> address.family() == family)
              .min(IpAddress::compareTo)
              .orElse(IpAddress.of(family == IpFamily.IPV4 ? "127.0.0.1" : "::1"));
    }

    Trace trace(Packet packet) {
      List<PacketState> start = List.of(PacketState.of(packet));
      switch (packet.origin()) {
        case Packet.Origin.Node() -> leave(start);
        case Packet.Origin.Arriving ignored -> arrive(start);
      }
      return new Trace(
          packet,
          fates.entrySet().stream()
              .map(fate ->
                  new Outcome(fate.getValue(), fate.getKey().disposition(), fate.getKey().path()))
              .toList());
    }

    private void arrive(List<PacketState> packets) {
      List<PacketState> routed = pass("PREROUTING", packets, Table.MANGLE, Table.NAT);
      enter(routed.stream().filter(this::isForNode).toList());
      List<PacketState> forwarded = routed.stream().filter(packet -> !isForNode(packet)).toList();
      finish(
          pass(
              "POSTROUTING",
              pass("FORWARD", forwarded, Table.MANGLE, Table.FILTER),
              Table.MANGLE,
              Table.NAT));
    }

    /** NAT is settled when a packet to the node itself comes back by the loopback interface. */
    private void leave(List<PacketState> packets) {
      List<PacketState> sent = pass("OUTPUT", packets, Table.MANGLE, Table.NAT, Table.FILTER);
      List<PacketState> left = pass("POSTROUTING", sent, Table.MANGLE, Table.NAT);
      finish(left.stream().filter(packet -> !isForNode(packet)).toList());
      List<PacketState> back =
          left.stream().filter(this::isForNode).map(PacketState::comingBackByLoopback).toList();
      enter(pass("PREROUTING", back, Table.MANGLE));
    }

    private void enter(List<PacketState> packets) {
      finish(pass("INPUT", packets, Table.MANGLE, Table.FILTER));
    }

    private boolean isForNode(PacketState packet) {
      return host.isLocal(packet.destination());
    }

    /** The packets that one chain of each table lets pass. */
    private List<PacketState> pass(String chain, List<PacketState> packets, Table... tables) {
      List<PacketState> here = packets;
      for (Table table : tables) {
        ChainWalk walk = new ChainWalk(rulebook, table, conditions, nodeAddress);
        List<PacketState> next = new ArrayList<>(here.size());
        for (PacketState packet : here) {
          for (ChainWalk.Decided decided : walk.enter(chain, packet)) {
            switch (decided.verdict()) {
              case Action.Drop() -> end(decided.packet(), new Disposition.Drop());
              case Action.Reject ignored -> end(decided.packet(), new Disposition.Reject());
              default -> next.add(decided.packet());
            }
          }
        }
        here = next;
      }
      return here;
    }

    private void finish(List<PacketState> packets) {
      packets.forEach(packet ->
          end(
              packet,
              packet.redirected()
                  ? new Disposition.Dnat(packet.destination(), packet.port(), packet.masqueraded())
                  : new Disposition.Pass()));
    }

    private void end(PacketState packet, Disposition disposition) {
      fates.merge(new Fate(disposition, packet.path()), packet.share(), Double::sum);
    }
  }
}
