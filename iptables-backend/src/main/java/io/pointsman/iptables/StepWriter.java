package io.pointsman.iptables;

import io.pointsman.trace.Outcome;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells which rule applied. Rules that only say which endpoint was drawn are told without its name,
 * so that all endpoints are reached by the same path.
 */
final class StepWriter {
  private static final String ANY_ENDPOINT = ChainNames.ENDPOINT + "*";

  private final String chain;

  /** How many rules of the chain draw for the same packets. */
  private final Map<List<Match>, Long> endpoints;

  private final boolean isDrawn;

  /**
   * The writer for one chain.
   *
   * @param drawn the chain belongs to one endpoint of several
   */
  StepWriter(String chain, List<Rule> rules, boolean drawn) {
    this.chain = drawn ? ANY_ENDPOINT : chain;
    this.endpoints =
        rules.stream()
            .filter(StepWriter::drawsEndpoint)
            .collect(Collectors.groupingBy(StepWriter::packets, Collectors.counting()));
    this.isDrawn = drawn;
  }

  /** Whether the rule sends its packets to one of several endpoints. */
  boolean isOneOfMany(Rule rule) {
    return drawsEndpoint(rule) && (isDrawn || endpoints(rule) > 1);
  }

  private long endpoints(Rule rule) {
    return endpoints.getOrDefault(packets(rule), 0L);
  }

  /** The matches that do not depend on the draw. */
  private static List<Match> packets(Rule rule) {
    return rule.matches().stream()
        .filter(m -> !(m instanceof Match.Chance || m instanceof Match.RememberSource))
        .toList();
  }

  Outcome.Step step(Rule rule) {
    return step(isOneOfMany(rule) ? anonymous(rule) : rule, "");
  }

  /** A rule of which we cannot say whether it applies. */
  Outcome.Step unknown(Rule rule) {
    return step(rule, " (cannot be told; taken as not matching)");
  }

  /** A jump to where we cannot follow. */
  Outcome.Step notFollowed(Rule rule) {
    return step(rule, " (chain of others; taken as coming back)");
  }

  private Outcome.Step step(Rule rule, String remark) {
    return new Outcome.Step(chain, Printer.rule(rule).strip() + remark);
  }

  private static boolean drawsEndpoint(Rule rule) {
    return rule.matches().stream().noneMatch(Match.SeenRecently.class::isInstance)
        && (rule.action() instanceof Action.Dnat
            || (rule.action() instanceof Action.Jump(String to)
                && to.startsWith(ChainNames.ENDPOINT)));
  }

  private Rule anonymous(Rule rule) {
    boolean remembers = rule.matches().stream().anyMatch(Match.RememberSource.class::isInstance);
    String target = rule.action() instanceof Action.Dnat ? "DNAT --to-destination" : ANY_ENDPOINT;
    String which = isDrawn ? "the endpoint drawn" : "one of " + endpoints(rule) + " endpoints";
    return new Rule(
        packets(rule),
        new Action.Foreign(
            (remembers ? "-m recent --set " : "") + "-j " + target + " (" + which + ")"));
  }
}
