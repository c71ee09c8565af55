package io.pointsman.nftables;

import java.util.ArrayList;
import java.util.List;

/**
 * What one Service contributes to the table.
 *
 * @param elements that belong to it alone, sorted, each key once
 * @param shared elements that several Services may ask for, sorted
 * @param chains the chains that it shares with others
 */
record Fragment(List<Element> elements, List<ElementKey> shared, List<SharedChain> chains) {
  static final Fragment NOTHING = new Fragment(List.of(), List.of(), List.of());

  Fragment {
    elements = List.copyOf(elements);
    shared = List.copyOf(shared);
    chains = List.copyOf(chains);
  }

  /** All contributions for which several Services may have to be counted. */
  List<Object> counted() {
    List<Object> all = new ArrayList<>(shared.size() + chains.size());
    all.addAll(shared);
    all.addAll(chains);
    return all;
  }
}
