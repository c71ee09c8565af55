package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The difference between two rulesets; costs time in proportion to it when they share parts. */
final class Differ {
  private Differ() {}

  /**
   * What makes one ruleset into another.
   *
   * @param written chains that are new or changed, with all their rules
   * @param deleted chains that are gone
   * @param addedHooks missing rules in chains of others
   * @param removedHooks surplus rules in chains of others, each as often as it is to be removed
   * @param createdShared chains kept with others that do not exist yet
   */
  record Changeset(
      Map<ChainId, List<Rule>> written,
      Set<ChainId> deleted,
      Set<Hook> addedHooks,
      List<Hook> removedHooks,
      Set<ChainId> createdShared) {
    Changeset {
      written = Map.copyOf(written);
      deleted = Set.copyOf(deleted);
      addedHooks = Set.copyOf(addedHooks);
      removedHooks = List.copyOf(removedHooks);
      createdShared = Set.copyOf(createdShared);
    }

    boolean isEmpty() {
      return size() == 0;
    }

    /** The number of rules written, chains declared or deleted, and hooks touched. */
    int size() {
      return written.values().stream().mapToInt(rules -> 1 + rules.size()).sum()
          + deleted.size()
          + addedHooks.size()
          + removedHooks.size()
          + createdShared.size();
    }

    /** The counters that must exist for these rules to be loaded. */
    Set<String> counters() {
      return written.values().stream()
          .flatMap(List::stream)
          .flatMap(rule -> rule.matches().stream())
          .flatMap(match ->
              match instanceof Match.CountedAs(String name) ? Stream.of(name) : Stream.empty())
          .collect(Collectors.toSet());
    }

    /** The part that is about one table. */
    Changeset in(Table table) {
      Map<ChainId, List<Rule>> rules = new HashMap<>(written);
      rules.keySet().removeIf(chain -> chain.table() != table);
      return new Changeset(
          rules,
          deleted.stream().filter(c -> c.table() == table).collect(Collectors.toSet()),
          addedHooks.stream().filter(h -> h.chain().table() == table).collect(Collectors.toSet()),
          removedHooks.stream().filter(h -> h.chain().table() == table).toList(),
          createdShared.stream().filter(c -> c.table() == table).collect(Collectors.toSet()));
    }

    /** The tables in which something changes, in the order of committing. */
    Set<Table> tables() {
      Set<Table> tables = new TreeSet<>();
      written.keySet().forEach(chain -> tables.add(chain.table()));
      deleted.forEach(chain -> tables.add(chain.table()));
      addedHooks.forEach(hook -> tables.add(hook.chain().table()));
      removedHooks.forEach(hook -> tables.add(hook.chain().table()));
      createdShared.forEach(chain -> tables.add(chain.table()));
      return tables;
    }
  }

  static Changeset diff(IptablesRuleset from, IptablesRuleset to) {
    Map<ChainId, List<Rule>> written = new HashMap<>();
    Set<ChainId> deleted = new HashSet<>();
    from.chains().difference(to.chains(), new Gather<>(written, deleted));
    for (ChainId used : Set.copyOf(deleted)) {
      if (from.sharedChains().containsKey(used)) {
        keep(used, from, deleted, written);
      }
    }
    Set<Hook> added = new HashSet<>();
    List<Hook> removed = new ArrayList<>();
    from.hooks().difference(to.hooks(), new Count(added, removed));
    Map<Hook, Boolean> shared = new HashMap<>();
    from.shared().difference(to.shared(), new Gather<>(shared, new HashSet<>()));
    added.addAll(shared.keySet());
    Map<ChainId, Boolean> created = new HashMap<>();
    from.sharedChains().difference(to.sharedChains(), new Gather<>(created, new HashSet<>()));
    return new Changeset(written, deleted, added, removed, created.keySet());
  }

  /**
   * The kernel refuses to delete a chain to which a rule of others leads, and with it the whole
   * table. An empty one does nothing, and holds no other chain.
   */
  private static void keep(
      ChainId used, IptablesRuleset from, Set<ChainId> deleted, Map<ChainId, List<Rule>> written) {
    deleted.remove(used);
    if (!ChainNames.isLent(used.name()) && !from.chains().getOrDefault(used, List.of()).isEmpty()) {
      written.put(used, List.of());
    }
  }

  /**
   * The ruleset after the changes; {@code apply(from, diff(from, to))} is {@code to}, with what
   * only {@code from} shares with others.
   */
  static IptablesRuleset apply(IptablesRuleset from, Changeset changes) {
    PersistentMap<ChainId, List<Rule>> chains = from.chains();
    for (Map.Entry<ChainId, List<Rule>> written : changes.written().entrySet()) {
      chains = chains.with(written.getKey(), written.getValue());
    }
    for (ChainId gone : changes.deleted()) {
      chains = chains.without(gone);
    }
    PersistentMap<Hook, Integer> hooks = from.hooks();
    for (Hook gone : changes.removedHooks()) {
      int left = hooks.getOrDefault(gone, 0) - 1;
      hooks = left > 0 ? hooks.with(gone, left) : hooks.without(gone);
    }
    IptablesRuleset result = new IptablesRuleset(chains, hooks, from.shared(), from.sharedChains());
    for (Hook added : changes.addedHooks()) {
      result = result.withHook(added);
    }
    for (ChainId created : changes.createdShared()) {
      result = result.withSharedChain(created);
    }
    return result;
  }

  private record Gather<K, V>(Map<K, V> present, Set<K> gone)
      implements PersistentMap.Changes<K, V> {
    @Override
    public void added(K key, V value) {
      present.put(key, value);
    }

    @Override
    public void removed(K key, V value) {
      gone.add(key);
    }

    @Override
    public void changed(K key, V before, V after) {
      present.put(key, after);
    }
  }

  /** A rule that is wanted is wanted once; one can have been put in several times. */
  private record Count(Set<Hook> missing, List<Hook> surplus)
      implements PersistentMap.Changes<Hook, Integer> {
    @Override
    public void added(Hook hook, Integer times) {
      missing.add(hook);
    }

    @Override
    public void removed(Hook hook, Integer times) {
      surplus.addAll(Collections.nCopies(times, hook));
    }

    @Override
    public void changed(Hook hook, Integer before, Integer after) {
      surplus.addAll(Collections.nCopies(Math.max(0, before - after), hook));
    }
  }
}
