package io.pointsman.nftables;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An immutable byte string with value equality, as keys and data of elements are held. */
final class Bytes implements Comparable<Bytes> {
  private final byte[] value;
  private final int hash;

  private Bytes(byte[] value) {
    this.value = value;
    this.hash = Arrays.hashCode(value);
  }

  /** Takes the array over: the caller must not change it afterwards. */
  static Bytes of(byte[] value) {
    return new Bytes(value);
  }

  /** The bytes themselves; must not be changed. */
  byte[] array() {
    return value;
  }

  int length() {
    return value.length;
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && hash == that.hash && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
