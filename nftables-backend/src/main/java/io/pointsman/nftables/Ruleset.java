package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.net.IpFamily;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The contents of the table of one family: wanted, committed or read from the kernel.
 *
 * @param family the family of the table
 * @param exists whether the table is there at all
 * @param sets the sets that are there
 * @param chains the chains by name
 * @param elements the elements of all sets
 */
record Ruleset(
    IpFamily family,
    boolean exists,
    Set<NamedSet> sets,
    PersistentMap<String, Chain> chains,
    Elements elements) {
  /** The name of the table in both families. */
  static final String TABLE = "pointsman";

  Ruleset {
    sets = Set.copyOf(sets);
  }

  /** No table. */
  static Ruleset absent(IpFamily family) {
    return new Ruleset(
        family, false, EnumSet.noneOf(NamedSet.class), PersistentMap.empty(), Elements.NONE);
  }

  /** A table with all sets and nothing in them. */
  static Ruleset bare(IpFamily family) {
    return new Ruleset(
        family,
        true,
        EnumSet.copyOf(Arrays.asList(NamedSet.values())),
        PersistentMap.empty(),
        Elements.NONE);
  }

  Ruleset with(PersistentMap<String, Chain> newChains, Elements newElements) {
    return new Ruleset(family, exists, sets, newChains, newElements);
  }
}
