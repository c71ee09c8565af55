package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import java.util.List;

/**
 * What one family's tables hold of us.
 *
 * @param chains our chains with their rules in order
 * @param hooks our rules in builtin chains, and how often each is there
 * @param shared our rules that other programs keep as well; they are added and never removed
 * @param sharedChains chains that other programs keep as well; created when missing, never emptied.
 *     Among what was read also a chain of ours that others jump to: it is emptied, or left as it is
 *     when it is lent on purpose, but not deleted
 */
public record IptablesRuleset(
    PersistentMap<ChainId, List<Rule>> chains,
    PersistentMap<Hook, Integer> hooks,
    PersistentMap<Hook, Boolean> shared,
    PersistentMap<ChainId, Boolean> sharedChains) {
  static final IptablesRuleset EMPTY =
      new IptablesRuleset(
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty());

  IptablesRuleset withChains(PersistentMap<ChainId, List<Rule>> changed) {
    return new IptablesRuleset(changed, hooks, shared, sharedChains);
  }

  IptablesRuleset withChain(ChainId chain, List<Rule> rules) {
    return withChains(chains.with(chain, List.copyOf(rules)));
  }

  /**
   * With a rule in a chain that is not ours; it counts as shared when it is about a shared chain.
   */
  IptablesRuleset withHook(Hook hook) {
    boolean isShared =
        ChainNames.isShared(hook.chain().name())
            || (hook.rule().action() instanceof Action.Jump(String to) && ChainNames.isShared(to));
    return isShared
        ? new IptablesRuleset(chains, hooks, shared.with(hook, true), sharedChains)
        : new IptablesRuleset(
            chains, hooks.with(hook, 1 + hooks.getOrDefault(hook, 0)), shared, sharedChains);
  }

  IptablesRuleset withSharedChain(ChainId chain) {
    return new IptablesRuleset(chains, hooks, shared, sharedChains.with(chain, true));
  }
}
