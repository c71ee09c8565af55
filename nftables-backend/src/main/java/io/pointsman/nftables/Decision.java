package io.pointsman.nftables;

/** What happens to a packet after an expression: linux/netfilter.h and {@code nft_verdicts}. */
sealed interface Decision {
  /** The next expression, or the next rule behind the last one. */
  record Continue() implements Decision {}

  /** The rule does not apply: the next rule. */
  record Break() implements Decision {}

  /** The chain ends as if it had no more rules. */
  record Return() implements Decision {}

  /** The base chain ends; the packet goes on. */
  record Accept() implements Decision {}

  /** The packet is gone. */
  record Drop() implements Decision {}

  /** Goes on in the chain and returns behind this rule. */
  record Jump(String chain) implements Decision {}

  /** Goes on in the chain and returns to where this chain was called from. */
  record GoTo(String chain) implements Decision {}

  /** The packet is gone and its sender is told. No verdict of its own in the kernel. */
  record Refuse() implements Decision {}
}
