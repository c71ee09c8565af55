package io.pointsman.nftables;

import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.TraceException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One way of a packet through the hooks, with one choice of random numbers.
 *
 * <p>Hooks come in the order of nf_hook_slow(). NAT chains are the first packet's alone, and only
 * until one of them has set up a mapping of their kind (nf_nat_inet_fn()): a packet of the node to
 * itself meets prerouting and input again by the loopback interface, but no NAT there.
 */
final class PacketWalk {
  private static final int DEEPEST = 64;

  /** How far a rule, a chain or a hook has brought the packet. */
  private enum Way {
    /** To the next rule. */
    NEXT_RULE,
    /** Out of the chain, to where it was called from. */
    RETURN,
    /** Through the base chain, or through the hook. */
    ACCEPT,
    DROP,
    REJECT
  }

  private final TracedRules rules;
  private final Packet.Origin origin;
  private final Host host;
  private final TracedPacket packet;
  private final RuleMachine machine;
  private final List<Outcome.Step> path = new ArrayList<>();
  private final Set<HookPoint.Mapping> mapped = EnumSet.noneOf(HookPoint.Mapping.class);

  PacketWalk(TracedRules rules, Packet packet, Host host, Draws draws) {
    this.rules = rules;
    this.origin = packet.origin();
    this.host = host;
    this.packet = new TracedPacket(packet);
    this.machine = new RuleMachine(rules, this.packet, host, draws);
  }

  /** The rules that applied, in order. */
  List<Outcome.Step> path() {
    return path;
  }

  /** Walks to the end. */
  Disposition walk() {
    Way way =
        switch (origin) {
          case Packet.Origin.Arriving arriving -> arrive();
          case Packet.Origin.Node() -> leave();
        };
    return switch (way) {
      case DROP -> new Disposition.Drop();
      case REJECT -> new Disposition.Reject();
      case ACCEPT, NEXT_RULE, RETURN -> packet.disposition();
    };
  }

  private boolean isForHost() {
    return host.isLocal(packet.address(false));
  }

  private Way arrive() {
    Way way = through(HookPoint.PREROUTING);
    if (way == Way.ACCEPT && isForHost()) {
      return through(HookPoint.INPUT);
    }
    return way == Way.ACCEPT ? through(HookPoint.FORWARD, HookPoint.POSTROUTING) : way;
  }

  private Way leave() {
    Way way = through(HookPoint.OUTPUT, HookPoint.POSTROUTING);
    if (way != Way.ACCEPT || !isForHost()) {
      return way;
    }
    packet.comeBack();
    return through(HookPoint.PREROUTING, HookPoint.INPUT);
  }

  /** Runs the base chains of these hooks until one throws the packet away. */
  private Way through(HookPoint... points) {
    for (HookPoint point : points) {
      for (TracedRules.BaseChain chain : rules.at(point)) {
        Way way = chain.hook().nat() ? map(chain, point) : run(chain);
        if (way != Way.ACCEPT) {
          return way;
        }
      }
      point.mapping().ifPresent(mapped::add);
    }
    return Way.ACCEPT;
  }

  private Way run(TracedRules.BaseChain chain) {
    Way way = chain(chain.name(), 0);
    if (way != Way.RETURN) {
      return way;
    }
    if (chain.hook().drops()) {
      path.add(new Outcome.Step(chain.name(), "policy drop"));
      return Way.DROP;
    }
    return Way.ACCEPT;
  }

  /** Runs a NAT chain if the mapping that it decides is still open. */
  private Way map(TracedRules.BaseChain chain, HookPoint point) {
    if (point.mapping().filter(mapped::contains).isPresent()) {
      return Way.ACCEPT;
    }
    boolean redirected = packet.isRedirected();
    boolean masqueraded = packet.isMasqueraded();
    Way way = run(chain);
    if (packet.isRedirected() != redirected || packet.isMasqueraded() != masqueraded) {
      point.mapping().ifPresent(mapped::add);
    }
    return way;
  }

  private Way chain(String name, int depth) {
    if (depth > DEEPEST) {
      throw new TraceException("chain " + name + " is reached by more jumps than the kernel makes");
    }
    int count = rules.chain(name).size();
    for (int i = 0; i < count; i++) {
      Way way = rule(name, i, depth);
      if (way != Way.NEXT_RULE) {
        return way;
      }
    }
    return Way.RETURN;
  }

  private Way rule(String chain, int index, int depth) {
    int before = path.size();
    return switch (apply(chain, index)) {
      case Decision.Continue(), Decision.Break() -> Way.NEXT_RULE;
      case Decision.Return() -> Way.RETURN;
      case Decision.Accept() -> Way.ACCEPT;
      case Decision.Drop() -> Way.DROP;
      case Decision.Refuse() -> Way.REJECT;
      case Decision.GoTo(String target) -> chain(target, depth + 1);
      case Decision.Jump(String target) -> {
        int after = path.size();
        Way way = chain(target, depth + 1);
        if (way == Way.RETURN && path.size() == after) {
          // A jump of which nothing came has nothing to say.
          path.subList(before, after).clear();
        }
        yield way == Way.RETURN ? Way.NEXT_RULE : way;
      }
    };
  }

  /** Runs a rule and writes down what it says when it applies. */
  private Decision apply(String chain, int index) {
    TracedRules.TracedRule rule = rules.chain(chain).get(index);
    RuleMachine.Result result = run(rule, chain, index);
    if (!(result.decision() instanceof Decision.Break)) {
      path.add(new Outcome.Step(chain, rule.text()));
      result
          .found()
          .forEach(element ->
              path.add(new Outcome.Step(chain, Printer.print(rules.ruleset().family(), element))));
    }
    return result.decision();
  }

  private RuleMachine.Result run(TracedRules.TracedRule rule, String chain, int index) {
    try {
      return machine.run(rule.expressions());
    } catch (TraceException e) {
      throw new TraceException(
          "rule %d of chain %s (%s): %s".formatted(index + 1, chain, rule.text(), e.getMessage()),
          e);
    }
  }
}
