package io.pointsman.nftables;

/**
 * Identity of an element.
 *
 * @param set where it is
 * @param key its fields as the kernel holds them, each padded to four bytes
 */
record ElementKey(NamedSet set, Bytes key) implements Comparable<ElementKey> {
  /** The same in every JVM, so that the order of elements is, too. */
  @Override
  @SuppressWarnings("EnumOrdinal") // an enum's own hash code is another in each JVM
  public int hashCode() {
    return 31 * set.ordinal() + key.hashCode();
  }

  @Override
  public int compareTo(ElementKey other) {
    int bySet = set.compareTo(other.set);
    return bySet != 0 ? bySet : key.compareTo(other.key);
  }
}
