package io.pointsman.nftables;

/**
 * One element of a set or map.
 *
 * @param key which it is
 * @param value what it holds besides
 */
record Element(ElementKey key, ElementValue value) implements Comparable<Element> {
  /** By set, then by the bytes of the key. */
  @Override
  public int compareTo(Element other) {
    return key.compareTo(other.key);
  }
}
