package io.pointsman.nftables;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one Service contributes to the table.
 *
 * @param elements that belong to it alone
 * @param shared elements that several Services may ask for
 * @param shapes the shapes that its frontends have
 */
record Fragment(Map<ElementKey, ElementValue> elements, Set<ElementKey> shared, Set<Shape> shapes) {
  static final Fragment NOTHING = new Fragment(Map.of(), Set.of(), Set.of());

  /** All contributions for which several Services may have to be counted. */
  List<Object> counted() {
    List<Object> all = new java.util.ArrayList<>(shared.size() + shapes.size());
    all.addAll(shared);
    all.addAll(shapes);
    return all;
  }
}
