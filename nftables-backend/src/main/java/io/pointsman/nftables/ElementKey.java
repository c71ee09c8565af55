package io.pointsman.nftables;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Identity of an element. Tens of thousands are held: an object and an array each. */
final class ElementKey implements Comparable<ElementKey> {
  private final NamedSet set;
  private final byte[] key;

  /**
   * @param set where it is
   * @param key its fields as the kernel holds them, each padded to four bytes
   */
  ElementKey(NamedSet set, Bytes key) {
    this.set = set;
    this.key = key.array();
  }

  NamedSet set() {
    return set;
  }

  Bytes key() {
    return Bytes.of(key);
  }

  /** The same in every JVM, so that the order of elements is, too. */
  @Override
  @SuppressWarnings("EnumOrdinal") // an enum's own hash code is another in each JVM
  public int hashCode() {
    return 31 * set.ordinal() + Bytes.hash(key);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ElementKey that && set == that.set && Arrays.equals(key, that.key);
  }

  @Override
  public int compareTo(ElementKey other) {
    int bySet = set.compareTo(other.set);
    return bySet != 0 ? bySet : Arrays.compareUnsigned(key, other.key);
  }

  @Override
  public String toString() {
    return set + " " + key();
  }
}
