package io.pointsman.apiserver;

/**
 * Where an object stands among those of its kind: lists are in this order.
 *
 * @param namespace empty for kinds of the whole cluster
 */
record Key(String namespace, String name) implements Comparable<Key> {
  /** Before everything in a namespace. */
  static Key first(String namespace) {
    return new Key(namespace, "");
  }

  /** After everything in a namespace, before everything in the next. */
  static Key end(String namespace) {
    return new Key(namespace + "\0", "");
  }

  @Override
  public int compareTo(Key other) {
    int order = namespace.compareTo(other.namespace);
    return order == 0 ? name.compareTo(other.name) : order;
  }
}
