package io.pointsman.collect;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map; {@link #with} and {@link #without} return a new version that shares all
 * untouched nodes with the old one.
 *
 * <p>It is a compressed hash-array mapped prefix tree (M. Steindorfer, J. Vinju: "Optimizing
 * Hash-Array Mapped Tries for Fast and Lean Immutable JVM Collections", OOPSLA 2015): each node
 * keeps its entries first, its sub-nodes last, and two bitmaps say which of the 32 positions hold
 * which. Deletion restores the one shape that the entries allow, so shape depends on content alone,
 * not on history. {@link #difference} uses both: equal nodes are skipped unseen.
 *
 * <p>Iteration order follows the hash codes. Sort where order shows.
 *
 * @param <K> keys with a stable {@code hashCode} and {@code equals}
 * @param <V> values; compared with {@code equals}
 */
public final class PersistentMap<K, V> implements Iterable<Map.Entry<K, V>> {
  /** Receives the differences between two versions. */
  public interface Changes<K, V> {
    void added(K key, V value);

    void removed(K key, V value);

    void changed(K key, V before, V after);
  }

  private static final Node EMPTY_NODE = new Node(0, 0, new Object[0]);
  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(EMPTY_NODE, 0);
  private static final int BITS = 5;
  private static final int LAST_SHIFT = 30;

  /**
   * Below {@link #LAST_SHIFT}: {@code slots} holds key, value pairs for the bits of {@code entries}
   * in order, then sub-nodes for the bits of {@code nodes}. Past it the hash is used up: only pairs
   * whose keys collide, in any order, and both bitmaps zero.
   */
  private static final class Node {
    final int entries;
    final int nodes;
    final Object[] slots;

    Node(int entries, int nodes, Object[] slots) {
      this.entries = entries;
      this.nodes = nodes;
      this.slots = slots;
    }

    int entryIndex(int bit) {
      return 2 * Integer.bitCount(entries & (bit - 1));
    }

    int nodeIndex(int bit) {
      return 2 * Integer.bitCount(entries) + Integer.bitCount(nodes & (bit - 1));
    }

    int pairs() {
      return entries == 0 && nodes == 0 ? slots.length / 2 : Integer.bitCount(entries);
    }

    boolean isSinglePair() {
      return nodes == 0 && slots.length == 2;
    }

    Node child(int index) {
      return (Node) slots[index];
    }
  }

  private final Node root;
  private final int size;

  private PersistentMap(Node root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked") // holds nothing
  public static <K, V> PersistentMap<K, V> empty() {
    return (PersistentMap<K, V>) EMPTY;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public Optional<V> get(K key) {
    return Optional.ofNullable(find(key));
  }

  public V getOrDefault(K key, V fallback) {
    V value = find(key);
    return value == null ? fallback : value;
  }

  public boolean containsKey(K key) {
    return find(key) != null;
  }

  @SuppressWarnings("unchecked") // slots hold K and V as put there by with()
  private @Nullable V find(K key) {
    int hash = hash(key);
    Node node = root;
    for (int shift = 0; shift <= LAST_SHIFT; shift += BITS) {
      int bit = 1 << (hash >>> shift & 31);
      if ((node.entries & bit) != 0) {
        int i = node.entryIndex(bit);
        return node.slots[i].equals(key) ? (V) node.slots[i + 1] : null;
      }
      if ((node.nodes & bit) == 0) {
        return null;
      }
      node = node.child(node.nodeIndex(bit));
    }
    int i = collisionIndex(node, key);
    return i < 0 ? null : (V) node.slots[i + 1];
  }

  /** This map with the key bound to the value; this very map when it already is bound so. */
  public PersistentMap<K, V> with(K key, V value) {
    V before = find(key);
    if (before != null && before.equals(value)) {
      return this;
    }
    Node changed = put(root, 0, hash(key), key, value);
    return new PersistentMap<>(changed, before == null ? size + 1 : size);
  }

  /** This map without the key; this very map when the key is not in it. */
  public PersistentMap<K, V> without(K key) {
    if (find(key) == null) {
      return this;
    }
    return size == 1 ? empty() : new PersistentMap<>(remove(root, 0, hash(key), key), size - 1);
  }

  private static Node put(Node node, int shift, int hash, Object key, Object value) {
    if (shift > LAST_SHIFT) {
      int i = collisionIndex(node, key);
      return i < 0
          ? new Node(0, 0, insertPair(node.slots, node.slots.length, key, value))
          : new Node(0, 0, replace(node.slots, i + 1, value));
    }
    int bit = 1 << (hash >>> shift & 31);
    if ((node.nodes & bit) != 0) {
      int i = node.nodeIndex(bit);
      Node child = put(node.child(i), shift + BITS, hash, key, value);
      return new Node(node.entries, node.nodes, replace(node.slots, i, child));
    }
    int i = node.entryIndex(bit);
    if ((node.entries & bit) == 0) {
      return new Node(node.entries | bit, node.nodes, insertPair(node.slots, i, key, value));
    }
    if (node.slots[i].equals(key)) {
      return new Node(node.entries, node.nodes, replace(node.slots, i + 1, value));
    }
    Node pair = pairNode(shift + BITS, node.slots[i], node.slots[i + 1], hash, key, value);
    return pairToNode(node, bit, pair);
  }

  private static Node pairNode(
      int shift, Object key1, Object value1, int hash2, Object key2, Object value2) {
    if (shift > LAST_SHIFT) {
      return new Node(0, 0, new Object[] {key1, value1, key2, value2});
    }
    int position1 = hash(key1) >>> shift & 31;
    int position2 = hash2 >>> shift & 31;
    if (position1 == position2) {
      Node child = pairNode(shift + BITS, key1, value1, hash2, key2, value2);
      return new Node(0, 1 << position1, new Object[] {child});
    }
    Object[] slots =
        position1 < position2
            ? new Object[] {key1, value1, key2, value2}
            : new Object[] {key2, value2, key1, value1};
    return new Node(1 << position1 | 1 << position2, 0, slots);
  }

  /** The node whose entry at {@code bit} has moved into the sub-node {@code child}. */
  private static Node pairToNode(Node node, int bit, Node child) {
    int from = node.entryIndex(bit);
    int to = node.nodeIndex(bit) - 2;
    Object[] slots = new Object[node.slots.length - 1];
    System.arraycopy(node.slots, 0, slots, 0, from);
    System.arraycopy(node.slots, from + 2, slots, from, to - from);
    slots[to] = child;
    System.arraycopy(node.slots, to + 2, slots, to + 1, slots.length - to - 1);
    return new Node(node.entries & ~bit, node.nodes | bit, slots);
  }

  /** The node whose sub-node at {@code bit} has shrunk to the one pair it still holds. */
  private static Node nodeToPair(Node node, int bit, Node single) {
    int from = node.nodeIndex(bit);
    int to = node.entryIndex(bit);
    Object[] slots = new Object[node.slots.length + 1];
    System.arraycopy(node.slots, 0, slots, 0, to);
    slots[to] = single.slots[0];
    slots[to + 1] = single.slots[1];
    System.arraycopy(node.slots, to, slots, to + 2, from - to);
    System.arraycopy(node.slots, from + 1, slots, from + 2, node.slots.length - from - 1);
    return new Node(node.entries | bit, node.nodes & ~bit, slots);
  }

  private static Node remove(Node node, int shift, int hash, Object key) {
    if (shift > LAST_SHIFT) {
      return new Node(0, 0, removePair(node.slots, collisionIndex(node, key)));
    }
    int bit = 1 << (hash >>> shift & 31);
    if ((node.entries & bit) != 0) {
      return new Node(
          node.entries & ~bit, node.nodes, removePair(node.slots, node.entryIndex(bit)));
    }
    int i = node.nodeIndex(bit);
    Node child = remove(node.child(i), shift + BITS, hash, key);
    return child.isSinglePair()
        ? nodeToPair(node, bit, child)
        : new Node(node.entries, node.nodes, replace(node.slots, i, child));
  }

  private static int collisionIndex(Node node, Object key) {
    for (int i = 0; i < node.slots.length; i += 2) {
      if (node.slots[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private static Object[] replace(Object[] slots, int index, Object value) {
    Object[] copy = slots.clone();
    copy[index] = value;
    return copy;
  }

  private static Object[] insertPair(Object[] slots, int index, Object key, Object value) {
    Object[] copy = new Object[slots.length + 2];
    System.arraycopy(slots, 0, copy, 0, index);
    copy[index] = key;
    copy[index + 1] = value;
    System.arraycopy(slots, index, copy, index + 2, slots.length - index);
    return copy;
  }

  private static Object[] removePair(Object[] slots, int index) {
    Object[] copy = new Object[slots.length - 2];
    System.arraycopy(slots, 0, copy, 0, index);
    System.arraycopy(slots, index + 2, copy, index, copy.length - index);
    return copy;
  }

  /** Spreads the high bits down: the first level of the tree sees only the lowest five. */
  private static int hash(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  /**
   * Tells {@code changes} each entry in which {@code after} differs from this map. Costs time in
   * proportion to the differences when {@code after} was derived from this map, and to the sizes
   * otherwise.
   */
  public void difference(PersistentMap<K, V> after, Changes<K, V> changes) {
    difference(root, after.root, 0, changes);
  }

  private static <K, V> void difference(Node before, Node after, int shift, Changes<K, V> changes) {
    if (before == after) {
      return;
    }
    if (shift > LAST_SHIFT) {
      pairwise(before, after, changes);
      return;
    }
    int bits = before.entries | before.nodes | after.entries | after.nodes;
    while (bits != 0) {
      int bit = Integer.lowestOneBit(bits);
      bits &= ~bit;
      if ((before.nodes & after.nodes & bit) != 0) {
        difference(
            before.child(before.nodeIndex(bit)),
            after.child(after.nodeIndex(bit)),
            shift + BITS,
            changes);
      } else {
        pairwise(position(before, bit), position(after, bit), changes);
      }
    }
  }

  /** What stands at one position, as a node of its own. */
  private static Node position(Node node, int bit) {
    if ((node.nodes & bit) != 0) {
      return node.child(node.nodeIndex(bit));
    }
    if ((node.entries & bit) == 0) {
      return EMPTY_NODE;
    }
    int i = node.entryIndex(bit);
    return new Node(0, 0, new Object[] {node.slots[i], node.slots[i + 1]});
  }

  /** Compares two nodes of which at least one holds few pairs and no common structure. */
  @SuppressWarnings("unchecked") // slots hold K and V as put there by with()
  private static <K, V> void pairwise(Node before, Node after, Changes<K, V> changes) {
    Iterator<Map.Entry<K, V>> olds = new Entries<>(before);
    while (olds.hasNext()) {
      Map.Entry<K, V> old = olds.next();
      V now = scan(after, old.getKey());
      if (now == null) {
        changes.removed(old.getKey(), old.getValue());
      } else if (!now.equals(old.getValue())) {
        changes.changed(old.getKey(), old.getValue(), now);
      }
    }
    Iterator<Map.Entry<K, V>> news = new Entries<>(after);
    while (news.hasNext()) {
      Map.Entry<K, V> fresh = news.next();
      if (scan(before, fresh.getKey()) == null) {
        changes.added(fresh.getKey(), fresh.getValue());
      }
    }
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the caller knows which map the node is from
  private static <K, V> @Nullable V scan(Node node, K key) {
    Iterator<Map.Entry<K, V>> entries = new Entries<>(node);
    while (entries.hasNext()) {
      Map.Entry<K, V> entry = entries.next();
      if (entry.getKey().equals(key)) {
        return entry.getValue();
      }
    }
    return null;
  }

  @Override
  public Iterator<Map.Entry<K, V>> iterator() {
    return new Entries<>(root);
  }

  public Stream<Map.Entry<K, V>> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private static final class Entries<K, V> implements Iterator<Map.Entry<K, V>> {
    private final Deque<Node> waiting = new ArrayDeque<>();
    private Node current = EMPTY_NODE;
    private int index;

    Entries(Node start) {
      waiting.push(start);
      advance();
    }

    private void advance() {
      while (index >= 2 * current.pairs() && !waiting.isEmpty()) {
        current = waiting.pop();
        index = 0;
        for (int i = 2 * current.pairs(); i < current.slots.length; i++) {
          waiting.push(current.child(i));
        }
      }
    }

    @Override
    public boolean hasNext() {
      return index < 2 * current.pairs();
    }

    @Override
    @SuppressWarnings("unchecked") // slots hold K and V as put there by with()
    public Map.Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Map.Entry<K, V> entry = Map.entry((K) current.slots[index], (V) current.slots[index + 1]);
      index += 2;
      advance();
      return entry;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PersistentMap<?, ?> that) || size != that.size) {
      return this == other;
    }
    return sameEntries(root, that.root, 0);
  }

  private static boolean sameEntries(Node a, Node b, int shift) {
    if (a == b) {
      return true;
    }
    if (a.entries != b.entries || a.nodes != b.nodes || a.slots.length != b.slots.length) {
      return false;
    }
    if (shift > LAST_SHIFT) {
      for (int i = 0; i < a.slots.length; i += 2) {
        int j = collisionIndex(b, a.slots[i]);
        if (j < 0 || !Objects.equals(a.slots[i + 1], b.slots[j + 1])) {
          return false;
        }
      }
      return true;
    }
    int pairs = 2 * a.pairs();
    if (!Arrays.equals(a.slots, 0, pairs, b.slots, 0, pairs)) {
      return false;
    }
    for (int i = pairs; i < a.slots.length; i++) {
      if (!sameEntries(a.child(i), b.child(i), shift + BITS)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int sum = 0;
    for (Map.Entry<K, V> entry : this) {
      sum += entry.hashCode();
    }
    return sum;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<K, V> entry : this) {
      text.append(text.length() > 1 ? ", " : "").append(entry);
    }
    return text.append('}').toString();
  }
}
