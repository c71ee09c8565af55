package io.pointsman.iptables;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many rules and chains are ours.
 *
 * @param rules in each table, those in chains of others included
 * @param chains of all tables
 */
record Stock(Map<Table, Long> rules, long chains) {
  static final Stock NOTHING = new Stock(Map.of(), 0);

  Stock {
    rules = Map.copyOf(rules);
  }

  /** Counts all; costs time in proportion to the number of Services. */
  static Stock of(IptablesRuleset ruleset) {
    Tally tally = new Tally(NOTHING);
    ruleset.chains().forEach((chain, rules) -> tally.chain(chain, 1, rules.size()));
    ruleset.hooks().forEach((hook, times) -> tally.rules(hook.chain().table(), times));
    ruleset.shared().forEach((hook, present) -> tally.rules(hook.chain().table(), 1));
    return tally.stock();
  }

  /** After changes to this ruleset. */
  Stock after(IptablesRuleset before, Differ.Changeset changes) {
    Tally tally = new Tally(this);
    tally.add(changes);
    changes.removedHooks().forEach(hook -> tally.rules(hook.chain().table(), -1));
    changes.written().keySet().forEach(chain -> tally.goes(before, chain));
    changes.deleted().forEach(chain -> tally.goes(before, chain));
    return tally.stock();
  }

  /** What the changes write, whatever they remove. */
  static Stock written(Differ.Changeset changes) {
    Tally tally = new Tally(NOTHING);
    tally.add(changes);
    return tally.stock();
  }

  /** {@code chains}, {@code filter rules} and so on for each table. */
  Map<String, Long> byKind() {
    Map<String, Long> kinds = new TreeMap<>(Map.of("chains", chains));
    for (Table table : Table.values()) {
      kinds.put(table.label() + " rules", rules.getOrDefault(table, 0L));
    }
    return kinds;
  }

  private static final class Tally {
    private final Map<Table, Long> rules = new EnumMap<>(Table.class);
    private long chains;

    Tally(Stock start) {
      rules.putAll(start.rules);
      chains = start.chains;
    }

    void add(Differ.Changeset changes) {
      changes.written().forEach((chain, written) -> chain(chain, 1, written.size()));
      changes.addedHooks().forEach(hook -> rules(hook.chain().table(), 1));
    }

    void goes(IptablesRuleset before, ChainId chain) {
      before.chains().get(chain).map(List::size).ifPresent(size -> chain(chain, -1, -size));
    }

    void chain(ChainId chain, int count, int size) {
      chains += count;
      rules(chain.table(), size);
    }

    void rules(Table table, long count) {
      rules.merge(table, count, Long::sum);
    }

    Stock stock() {
      return new Stock(rules, chains);
    }
  }
}
