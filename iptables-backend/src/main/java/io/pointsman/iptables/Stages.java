package io.pointsman.iptables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order the tables are changed. Each is replaced at once, but one after the other: what
 * filter refuses is refused before nat stops translating it, and until nat translates it. In
 * between, each packet meets its old fate or its new one; one that is no Service's before or after
 * may be dropped for the moment, if only some clients are refused on the other side.
 */
final class Stages {
  private Stages() {}

  /**
   * The changes of single tables that make up all changes, in order.
   *
   * @param before what the changes start from
   */
  static List<Differ.Changeset> of(IptablesRuleset before, Differ.Changeset changes) {
    Differ.Changeset filter = changes.in(Table.FILTER);
    Differ.Changeset nat = changes.in(Table.NAT);
    List<Differ.Changeset> stages = new ArrayList<>();
    stages.add(changes.in(Table.MANGLE));
    if (nat.isEmpty()) {
      stages.add(filter);
    } else {
      Differ.Changeset widening = widening(before, filter);
      stages.add(widening);
      stages.add(nat);
      stages.add(narrowing(filter, widening));
    }
    stages.removeIf(Differ.Changeset::isEmpty);
    return stages;
  }

  /** What comes is added, behind what goes: who was rejected so far is not dropped meanwhile. */
  private static Differ.Changeset widening(IptablesRuleset before, Differ.Changeset filter) {
    Map<ChainId, List<Rule>> written = new HashMap<>();
    filter
        .written()
        .forEach((chain, rules) -> {
          List<Rule> old = before.chains().getOrDefault(chain, List.of());
          if (!before.chains().containsKey(chain) || !new HashSet<>(old).containsAll(rules)) {
            written.put(chain, union(old, rules));
          }
        });
    return new Differ.Changeset(
        written, Set.of(), filter.addedHooks(), List.of(), filter.createdShared());
  }

  /** What goes is removed. */
  private static Differ.Changeset narrowing(Differ.Changeset filter, Differ.Changeset widening) {
    Map<ChainId, List<Rule>> written = new HashMap<>(filter.written());
    written.entrySet().removeAll(widening.written().entrySet());
    return new Differ.Changeset(
        written, filter.deleted(), Set.of(), filter.removedHooks(), Set.of());
  }

  private static List<Rule> union(List<Rule> first, List<Rule> second) {
    Set<Rule> all = new LinkedHashSet<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
