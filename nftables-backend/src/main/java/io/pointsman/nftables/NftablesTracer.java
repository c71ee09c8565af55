package io.pointsman.nftables;

import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the fates of a packet from the expressions of one table, as they are written to or read
 * from the kernel. Other tables have no part in it.
 *
 * <p>Each random choice is followed in all its values by a walk of its own, so a trace takes time
 * in proportion to the number of endpoints.
 */
final class NftablesTracer implements Tracer {
  private final TracedRules rules;

  /** A tracer of these rules. */
  NftablesTracer(Ruleset ruleset) {
    rules = new TracedRules(ruleset);
  }

  /**
   * All fates of the packet.
   *
   * @throws io.pointsman.trace.TraceException when a rule that it meets cannot be followed, naming
   *     the rule
   */
  @Override
  public Trace trace(Packet packet, Host host) {
    if (packet.family() != rules.ruleset().family()) {
      throw new IllegalArgumentException(
          "these rules are for " + rules.ruleset().family() + ", the packet is " + packet.family());
    }
    record Fate(Disposition disposition, List<Outcome.Step> path) {}
    Map<List<Outcome.Step>, List<Outcome.Step>> paths = new HashMap<>();
    Map<Fate, Double> shares = new LinkedHashMap<>();
    Draws draws = new Draws();
    do {
      PacketWalk walk = new PacketWalk(rules, packet, host, draws);
      Disposition disposition = walk.walk();
      List<Outcome.Step> path = paths.computeIfAbsent(walk.path(), List::copyOf);
      shares.merge(new Fate(disposition, path), draws.share(), Double::sum);
    } while (draws.advance());
    List<Outcome> outcomes = new ArrayList<>(shares.size());
    shares.forEach((fate, share) ->
        outcomes.add(new Outcome(Math.min(1, share), fate.disposition(), fate.path())));
    return new Trace(packet, outcomes);
  }
}
