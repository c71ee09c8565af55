package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Every chain of a ruleset that a packet can come through: ours, and of the others' the part that
 * is ours. Their rules are taken in sorted order, as a ruleset does not know another; that does no
 * harm as long as at most one of them decides.
 */
record Rulebook(PersistentMap<ChainId, List<Rule>> own, Map<ChainId, List<Rule>> others) {
  static Rulebook of(IptablesRuleset ruleset) {
    TreeSet<Hook> hooks = new TreeSet<>();
    ruleset.hooks().forEach(entry -> hooks.add(entry.getKey()));
    ruleset.shared().forEach(entry -> hooks.add(entry.getKey()));
    Map<ChainId, List<Rule>> others = new HashMap<>();
    ruleset.sharedChains().forEach(entry -> others.put(entry.getKey(), new ArrayList<>()));
    hooks.forEach(
        hook -> others.computeIfAbsent(hook.chain(), none -> new ArrayList<>()).add(hook.rule()));
    return new Rulebook(ruleset.chains(), others);
  }

  Optional<List<Rule>> rules(ChainId chain) {
    return own.get(chain).or(() -> Optional.ofNullable(others.get(chain)));
  }
}
