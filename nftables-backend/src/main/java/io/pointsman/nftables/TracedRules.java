package io.pointsman.nftables;

import io.pointsman.trace.TraceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A ruleset made ready for walks: base chains in the order in which they run, rules as text. */
final class TracedRules {
  /** A rule and how it is told. */
  record TracedRule(List<Expression> expressions, String text) {}

  /** A base chain with its name. */
  record BaseChain(String name, Hook hook) {}

  private final Ruleset ruleset;
  private final Map<ElementKey, ElementValue> elements;
  private final Map<String, List<TracedRule>> chains = new HashMap<>();
  private final Map<HookPoint, List<BaseChain>> hooks = new EnumMap<>(HookPoint.class);

  TracedRules(Ruleset ruleset) {
    this.ruleset = ruleset;
    this.elements = ruleset.elements().byKey();
    ruleset
        .chains()
        .forEach(entry ->
            chains.put(
                entry.getKey(),
                entry.getValue().rules().stream()
                    .map(rule -> new TracedRule(rule.expressions(), rule.toString()))
                    .toList()));
    for (HookPoint point : HookPoint.values()) {
      hooks.put(point, baseChains(point));
    }
  }

  private List<BaseChain> baseChains(HookPoint point) {
    List<BaseChain> here = new ArrayList<>();
    ruleset
        .chains()
        .forEach(chain ->
            chain
                .getValue()
                .hook()
                .filter(hook -> hook.number() == point.number())
                .ifPresent(hook -> here.add(new BaseChain(chain.getKey(), hook))));
    here.sort(
        Comparator.<BaseChain>comparingInt(chain -> runsAt(chain.hook(), point))
            .thenComparingInt(chain -> chain.hook().priority())
            .thenComparing(BaseChain::name));
    return List.copyOf(here);
  }

  private static int runsAt(Hook hook, HookPoint point) {
    return hook.nat()
        ? point.mapping().map(HookPoint.Mapping::priority).orElse(hook.priority())
        : hook.priority();
  }

  Ruleset ruleset() {
    return ruleset;
  }

  /** What the sets hold; must not be changed. */
  Map<ElementKey, ElementValue> elements() {
    return elements;
  }

  /** The base chains at a hook, first to last. */
  List<BaseChain> at(HookPoint point) {
    return hooks.getOrDefault(point, List.of());
  }

  /**
   * The rules of a chain.
   *
   * @throws TraceException when the table has no such chain
   */
  List<TracedRule> chain(String name) {
    List<TracedRule> rules = chains.get(name);
    if (rules == null) {
      throw new TraceException(
          "a rule leads to chain '" + name + "', which the table does not have");
    }
    return rules;
  }
}
