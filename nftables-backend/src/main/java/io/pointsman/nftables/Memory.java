package io.pointsman.nftables;

import java.util.Optional;

/**
 * The chain that remembers where clients went, for all Service ports of one timeout.
 *
 * @param seconds how long after its last connection a client is remembered: 1..86400
 */
record Memory(int seconds) implements SharedChain {
  @Override
  public String chain() {
    return "remember-" + seconds;
  }

  @Override
  public Optional<NamedSet> map() {
    return Optional.of(NamedSet.MEMORIES);
  }

  @Override
  public int number() {
    return seconds;
  }
}
