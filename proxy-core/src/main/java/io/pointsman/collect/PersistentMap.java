package io.pointsman.collect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map; {@link #with} and {@link #without} return a new version that shares all
 * untouched nodes with the old one, and a {@link Builder} makes many changes at once.
 *
 * <p>It is a compressed hash-array mapped prefix tree (M. Steindorfer, J. Vinju: "Optimizing
 * Hash-Array Mapped Tries for Fast and Lean Immutable JVM Collections", OOPSLA 2015): each node
 * keeps its entries first, its sub-nodes last, and two bitmaps say which of the 32 positions hold
 * which. Deletion restores the one shape that the entries allow, so shape depends on content alone,
 * not on history. {@link #difference} uses both: equal nodes are skipped unseen.
 *
 * <p>Iteration order follows the hash codes: it is the same for the same content, but for keys
 * whose hash codes are equal. Sort where people look.
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

  /**
   * A map under construction: the same result as {@link #with} and {@link #without} one after the
   * other, but a node is copied only once however often it is changed. For one thread.
   */
  public static final class Builder<K, V> {
    private PersistentMap<K, V> built;
    private Node root;
    private int size;

    /** What nodes of this builder's making carry; replaced when a map has been made of them. */
    private @Nullable Object owner;

    private Builder(PersistentMap<K, V> start, @Nullable Object owner) {
      this.built = start;
      this.root = start.root;
      this.size = start.size;
      this.owner = owner;
    }

    public Optional<V> get(K key) {
      return Optional.ofNullable(find(root, key));
    }

    public V getOrDefault(K key, V fallback) {
      V value = find(root, key);
      return value == null ? fallback : value;
    }

    public Builder<K, V> put(K key, V value) {
      int hash = Node.hash(key);
      if (root.find(hash, key) == null) {
        size++;
      }
      root = root.with(0, hash, key, value, owner);
      return this;
    }

    /** Does nothing when the key is not there. */
    public Builder<K, V> remove(K key) {
      int hash = Node.hash(key);
      if (root.find(hash, key) != null) {
        size--;
        root = size == 0 ? Node.EMPTY : root.without(0, hash, key, owner);
      }
      return this;
    }

    /**
     * The map as it is now; the one built before, or the one to start from, if nothing was to be
     * done since. The builder can go on.
     */
    public PersistentMap<K, V> build() {
      if (root != built.root) {
        built = size == 0 ? empty() : new PersistentMap<>(root, size);
        owner = owner == null ? null : new Object();
      }
      return built;
    }
  }

  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(Node.EMPTY, 0);

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
    return Optional.ofNullable(find(root, key));
  }

  public V getOrDefault(K key, V fallback) {
    V value = find(root, key);
    return value == null ? fallback : value;
  }

  public boolean containsKey(K key) {
    return find(root, key) != null;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // nodes hold V as put there
  private static <V> @Nullable V find(Node root, Object key) {
    return (V) root.find(Node.hash(key), key);
  }

  /** To make many changes at once; this map stays as it is. */
  public Builder<K, V> builder() {
    return new Builder<>(this, new Object());
  }

  /** This map with the key bound to the value; this very map when it already is bound so. */
  public PersistentMap<K, V> with(K key, V value) {
    return new Builder<>(this, null).put(key, value).build();
  }

  /** This map without the key; this very map when the key is not in it. */
  public PersistentMap<K, V> without(K key) {
    return new Builder<>(this, null).remove(key).build();
  }

  /**
   * Tells {@code changes} each entry in which {@code after} differs from this map. Costs time in
   * proportion to the differences when {@code after} was derived from this map, and to the sizes
   * otherwise.
   */
  public void difference(PersistentMap<K, V> after, Changes<K, V> changes) {
    new Difference<>(changes).find(root, after.root, 0);
  }

  /** Visits each entry; quicker than the iterator. */
  public void forEach(BiConsumer<? super K, ? super V> visitor) {
    visit(root, visitor);
  }

  @SuppressWarnings("unchecked") // nodes hold K and V as put there
  private void visit(Node node, BiConsumer<? super K, ? super V> visitor) {
    for (int pair = 0; pair < node.pairs(); pair++) {
      visitor.accept((K) node.key(pair), (V) node.value(pair));
    }
    for (int child = 0; child < node.children(); child++) {
      visit(node.child(child), visitor);
    }
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
    private Node current = Node.EMPTY;
    private int next;

    Entries(Node start) {
      waiting.push(start);
      advance();
    }

    private void advance() {
      while (next >= current.pairs() && !waiting.isEmpty()) {
        current = waiting.pop();
        next = 0;
        for (int child = 0; child < current.children(); child++) {
          waiting.push(current.child(child));
        }
      }
    }

    @Override
    public boolean hasNext() {
      return next < current.pairs();
    }

    @Override
    @SuppressWarnings("unchecked") // nodes hold K and V as put there
    public Map.Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Map.Entry<K, V> entry = Map.entry((K) current.key(next), (V) current.value(next));
      next++;
      advance();
      return entry;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PersistentMap<?, ?> that) || size != that.size) {
      return this == other;
    }
    return root.holdsTheSameAs(that.root, 0);
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
