package io.pointsman.collect;

import org.jspecify.annotations.Nullable;

/** Finds in what two trees differ; sub-trees that they share are skipped unseen. */
final class Difference<K, V> {
  private final PersistentMap.Changes<K, V> changes;

  Difference(PersistentMap.Changes<K, V> changes) {
    this.changes = changes;
  }

  void find(Node before, Node after, int shift) {
    if (before == after) {
      return;
    }
    if (shift > Node.LAST_SHIFT) {
      compare(before, after);
      return;
    }
    int bits = before.bits() | after.bits();
    while (bits != 0) {
      int bit = Integer.lowestOneBit(bits);
      bits &= ~bit;
      if (before.hasChild(bit) && after.hasChild(bit)) {
        find(before.childAt(bit), after.childAt(bit), shift + Node.BITS);
      } else {
        compare(before.position(bit), after.position(bit));
      }
    }
  }

  /** Compares two trees of which at least one is a handful of pairs. */
  private void compare(Node before, Node after) {
    findOld(before, after);
    findNew(before, after);
  }

  @SuppressWarnings("unchecked") // nodes hold K and V as put there by PersistentMap
  private void findOld(Node before, Node after) {
    for (int pair = 0; pair < before.pairs(); pair++) {
      K key = (K) before.key(pair);
      V old = (V) before.value(pair);
      V now = (V) scan(after, key);
      if (now == null) {
        changes.removed(key, old);
      } else if (!now.equals(old)) {
        changes.changed(key, old, now);
      }
    }
    for (int child = 0; child < before.children(); child++) {
      findOld(before.child(child), after);
    }
  }

  @SuppressWarnings("unchecked") // nodes hold K and V as put there by PersistentMap
  private void findNew(Node before, Node after) {
    for (int pair = 0; pair < after.pairs(); pair++) {
      if (scan(before, after.key(pair)) == null) {
        changes.added((K) after.key(pair), (V) after.value(pair));
      }
    }
    for (int child = 0; child < after.children(); child++) {
      findNew(before, after.child(child));
    }
  }

  private static @Nullable Object scan(Node node, Object key) {
    int pair = node.pairOf(key);
    if (pair >= 0) {
      return node.value(pair);
    }
    for (int child = 0; child < node.children(); child++) {
      Object value = scan(node.child(child), key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
