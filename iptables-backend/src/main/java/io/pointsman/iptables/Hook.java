package io.pointsman.iptables;

/**
 * One rule of ours in a chain that is not ours: a jump from a builtin chain, or a rule that several
 * programs keep in a chain they share. Where in the chain it stands does not matter.
 */
public record Hook(ChainId chain, Rule rule) implements Comparable<Hook> {
  @Override
  public int compareTo(Hook other) {
    int byChain = chain.compareTo(other.chain);
    return byChain != 0 ? byChain : Printer.rule(rule).compareTo(Printer.rule(other.rule));
  }
}
