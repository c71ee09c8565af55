package io.pointsman.nftables;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one Service contributes to the table.
 *
 * @param elements that belong to it alone
 * @param shared elements that several Services may ask for
 * @param chains the chains that it shares with others
 */
record Fragment(
    Map<ElementKey, ElementValue> elements, Set<ElementKey> shared, Set<SharedChain> chains) {
  static final Fragment NOTHING = new Fragment(Map.of(), Set.of(), Set.of());

  /** All contributions for which several Services may have to be counted. */
  List<Object> counted() {
    List<Object> all = new java.util.ArrayList<>(shared.size() + chains.size());
    all.addAll(shared);
    all.addAll(chains);
    return all;
  }
}
