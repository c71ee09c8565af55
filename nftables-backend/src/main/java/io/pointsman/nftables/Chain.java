package io.pointsman.nftables;

import java.util.List;
import java.util.Optional;

/**
 * A chain with its rules.
 *
 * @param hook where the kernel enters it; empty when only other chains do
 * @param rules in order
 */
record Chain(Optional<Hook> hook, List<Rule> rules) {
  Chain {
    rules = List.copyOf(rules);
  }
}
