package io.pointsman.nftables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An immutable byte string with value equality, as keys and data of elements are handed on. */
final class Bytes implements Comparable<Bytes> {
  static final Bytes NONE = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /**
   * Keys are alike but for a few bytes, addresses next to each other and small numbers, of which
   * {@link Arrays#hashCode(byte[])} makes one hash for many. Multiplying by an odd number far from
   * powers of two, and folding the upper bits down, spreads them.
   */
  static int hash(byte[] value) {
    int hash = value.length;
    for (byte b : value) {
      hash = (hash ^ b) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** Takes the array over: the caller must not change it afterwards. */
  static Bytes of(byte[] value) {
    return new Bytes(value);
  }

  /** Four bytes: the number in host byte order, as the kernel holds marks and the like. */
  static Bytes ofNumber(int number) {
    return of(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array());
  }

  /** The number that these four bytes are in host byte order. */
  int number() {
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
  }

  /** True when all bytes are zero. */
  boolean isZero() {
    for (byte b : value) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Every bit turned over. */
  Bytes inverted() {
    byte[] inverted = new byte[value.length];
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = (byte) ~value[i];
    }
    return of(inverted);
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
    return other instanceof Bytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return hash(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
