package io.pointsman.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree under a {@link PersistentMap}.
 *
 * <p>Down to {@link #LAST_SHIFT}, {@code slots} holds key, value pairs for the bits of {@code
 * entries} in order, then sub-nodes for the bits of {@code nodes}. Past it the hash is used up:
 * only pairs whose keys collide, in any order, and both bitmaps zero.
 *
 * <p>Who made a node may change it in place, as long as nobody else has seen it: each operation
 * that changes something names its owner, copies what belongs to others, and works on without
 * copying what is its own. Without an owner, everything is copied.
 */
final class Node {
  static final int BITS = 5;
  static final int LAST_SHIFT = 30;
  static final Node EMPTY = new Node(0, 0, new Object[0], null);

  private int entries;
  private int nodes;
  private Object[] slots;
  private final @Nullable Object owner;

  private Node(int entries, int nodes, Object[] slots, @Nullable Object owner) {
    this.entries = entries;
    this.nodes = nodes;
    this.slots = slots;
    this.owner = owner;
  }

  /** Spreads the high bits down: the first level of the tree sees only the lowest five. */
  static int hash(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  static int bit(int hash, int shift) {
    return 1 << (hash >>> shift & 31);
  }

  /** The bits at which something is. */
  int bits() {
    return entries | nodes;
  }

  boolean hasPair(int bit) {
    return (entries & bit) != 0;
  }

  boolean hasChild(int bit) {
    return (nodes & bit) != 0;
  }

  Node childAt(int bit) {
    return (Node) slots[nodeIndex(bit)];
  }

  /** How many pairs the node itself holds. */
  int pairs() {
    return bits() == 0 ? slots.length / 2 : Integer.bitCount(entries);
  }

  int children() {
    return slots.length - 2 * pairs();
  }

  Object key(int pair) {
    return slots[2 * pair];
  }

  Object value(int pair) {
    return slots[2 * pair + 1];
  }

  Node child(int index) {
    return (Node) slots[2 * pairs() + index];
  }

  private int entryIndex(int bit) {
    return 2 * Integer.bitCount(entries & (bit - 1));
  }

  private int nodeIndex(int bit) {
    return 2 * Integer.bitCount(entries) + Integer.bitCount(nodes & (bit - 1));
  }

  /** What stands at one bit, as a node of its own. */
  Node position(int bit) {
    if (hasChild(bit)) {
      return childAt(bit);
    }
    int i = entryIndex(bit);
    return hasPair(bit) ? new Node(0, 0, new Object[] {slots[i], slots[i + 1]}, null) : EMPTY;
  }

  /** The number of the pair with this key among all of this node, or -1. */
  int pairOf(Object key) {
    for (int pair = 0; pair < pairs(); pair++) {
      if (key(pair).equals(key)) {
        return pair;
      }
    }
    return -1;
  }

  /** The value of the key in the tree under this node. */
  @Nullable Object find(int hash, Object key) {
    Node node = this;
    for (int shift = 0; shift <= LAST_SHIFT; shift += BITS) {
      int bit = bit(hash, shift);
      if (node.hasPair(bit)) {
        int i = node.entryIndex(bit);
        return node.slots[i].equals(key) ? node.slots[i + 1] : null;
      }
      if (!node.hasChild(bit)) {
        return null;
      }
      node = node.childAt(bit);
    }
    int pair = node.pairOf(key);
    return pair < 0 ? null : node.value(pair);
  }

  /** The tree with the key bound to the value; this very node when nothing is to be done. */
  Node with(int shift, int hash, Object key, Object value, @Nullable Object by) {
    if (shift > LAST_SHIFT) {
      int pair = pairOf(key);
      return pair < 0
          ? changed(0, 0, inserted(slots.length, key, value), by)
          : withValue(2 * pair + 1, value, by);
    }
    int bit = bit(hash, shift);
    if (hasChild(bit)) {
      int i = nodeIndex(bit);
      Node child = (Node) slots[i];
      return withChild(i, child.with(shift + BITS, hash, key, value, by), by);
    }
    int i = entryIndex(bit);
    if (!hasPair(bit)) {
      return changed(entries | bit, nodes, inserted(i, key, value), by);
    }
    if (slots[i].equals(key)) {
      return withValue(i + 1, value, by);
    }
    Node pair = pair(shift + BITS, slots[i], slots[i + 1], hash, key, value, by);
    return changed(entries & ~bit, nodes | bit, pairMadeChild(bit, pair), by);
  }

  /** The tree without the key, which is in it. */
  Node without(int shift, int hash, Object key, @Nullable Object by) {
    if (shift > LAST_SHIFT) {
      return changed(0, 0, removed(2 * pairOf(key)), by);
    }
    int bit = bit(hash, shift);
    if (hasPair(bit)) {
      return changed(entries & ~bit, nodes, removed(entryIndex(bit)), by);
    }
    int i = nodeIndex(bit);
    Node child = ((Node) slots[i]).without(shift + BITS, hash, key, by);
    boolean singlePair = child.nodes == 0 && child.slots.length == 2;
    return singlePair
        ? changed(entries | bit, nodes & ~bit, childMadePair(bit, child), by)
        : withChild(i, child, by);
  }

  private Node changed(int newEntries, int newNodes, Object[] newSlots, @Nullable Object by) {
    if (by == null || owner != by) {
      return new Node(newEntries, newNodes, newSlots, by);
    }
    entries = newEntries;
    nodes = newNodes;
    slots = newSlots;
    return this;
  }

  private Node withValue(int index, Object value, @Nullable Object by) {
    return slots[index].equals(value) ? this : withSlot(index, value, by);
  }

  private Node withChild(int index, Node child, @Nullable Object by) {
    return slots[index] == child ? this : withSlot(index, child, by);
  }

  private Node withSlot(int index, Object content, @Nullable Object by) {
    if (by != null && owner == by) {
      slots[index] = content;
      return this;
    }
    Object[] copy = slots.clone();
    copy[index] = content;
    return new Node(entries, nodes, copy, by);
  }

  private static Node pair(
      int shift,
      Object key1,
      Object value1,
      int hash2,
      Object key2,
      Object value2,
      @Nullable Object by) {
    if (shift > LAST_SHIFT) {
      return new Node(0, 0, new Object[] {key1, value1, key2, value2}, by);
    }
    int bit1 = bit(hash(key1), shift);
    int bit2 = bit(hash2, shift);
    if (bit1 == bit2) {
      Node child = pair(shift + BITS, key1, value1, hash2, key2, value2, by);
      return new Node(0, bit1, new Object[] {child}, by);
    }
    Object[] slots =
        Integer.compareUnsigned(bit1, bit2) < 0
            ? new Object[] {key1, value1, key2, value2}
            : new Object[] {key2, value2, key1, value1};
    return new Node(bit1 | bit2, 0, slots, by);
  }

  private Object[] pairMadeChild(int bit, Node child) {
    int from = entryIndex(bit);
    int to = nodeIndex(bit) - 2;
    Object[] result = new Object[slots.length - 1];
    System.arraycopy(slots, 0, result, 0, from);
    System.arraycopy(slots, from + 2, result, from, to - from);
    result[to] = child;
    System.arraycopy(slots, to + 2, result, to + 1, result.length - to - 1);
    return result;
  }

  private Object[] childMadePair(int bit, Node single) {
    int from = nodeIndex(bit);
    int to = entryIndex(bit);
    Object[] result = new Object[slots.length + 1];
    System.arraycopy(slots, 0, result, 0, to);
    result[to] = single.slots[0];
    result[to + 1] = single.slots[1];
    System.arraycopy(slots, to, result, to + 2, from - to);
    System.arraycopy(slots, from + 1, result, from + 2, slots.length - from - 1);
    return result;
  }

  private Object[] inserted(int index, Object key, Object value) {
    Object[] result = new Object[slots.length + 2];
    System.arraycopy(slots, 0, result, 0, index);
    result[index] = key;
    result[index + 1] = value;
    System.arraycopy(slots, index, result, index + 2, slots.length - index);
    return result;
  }

  private Object[] removed(int index) {
    Object[] result = new Object[slots.length - 2];
    System.arraycopy(slots, 0, result, 0, index);
    System.arraycopy(slots, index + 2, result, index, result.length - index);
    return result;
  }

  /** Whether two trees hold the same, at the same depth. */
  boolean holdsTheSameAs(Node other, int shift) {
    if (this == other) {
      return true;
    }
    if (entries != other.entries || nodes != other.nodes || slots.length != other.slots.length) {
      return false;
    }
    return shift > LAST_SHIFT ? collidesTheSameAs(other) : holdsInOrderTheSameAs(other, shift);
  }

  private boolean collidesTheSameAs(Node other) {
    for (int pair = 0; pair < pairs(); pair++) {
      int counterpart = other.pairOf(key(pair));
      if (counterpart < 0 || !value(pair).equals(other.value(counterpart))) {
        return false;
      }
    }
    return true;
  }

  private boolean holdsInOrderTheSameAs(Node other, int shift) {
    int pairs = 2 * pairs();
    if (!Arrays.equals(slots, 0, pairs, other.slots, 0, pairs)) {
      return false;
    }
    for (int i = pairs; i < slots.length; i++) {
      if (!((Node) slots[i]).holdsTheSameAs((Node) other.slots[i], shift + BITS)) {
        return false;
      }
    }
    return true;
  }
}
