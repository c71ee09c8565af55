package io.pointsman.nftables;

import io.pointsman.trace.TraceException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The data registers of one rule: 16 words of four bytes. A byte that the rule has not set cannot
 * be read, as in kernels since 6.4, which refuse such rules.
 */
final class Registers {
  private static final int WORD = 4;
  private static final int SIZE = 64;

  private final byte[] memory = new byte[SIZE];
  private final BitSet written = new BitSet(SIZE);
  private final BitSet drawn = new BitSet(SIZE);

  /**
   * Some bytes, and whether a random number had a part in them.
   *
   * @param bytes as they lie in memory
   */
  record Value(Bytes bytes, boolean drawn) {
    static Value fixed(Bytes bytes) {
      return new Value(bytes, false);
    }

    /** Takes the array over. */
    static Value fixed(byte... bytes) {
      return fixed(Bytes.of(bytes));
    }
  }

  /** Sets a value from the word on; the rest of its last word becomes zero. */
  void put(int word, Value value) {
    int start = WORD * word;
    int length = value.bytes().length();
    int end = start + (length + WORD - 1) / WORD * WORD;
    requirePlace(word, end);
    Arrays.fill(memory, start, end, (byte) 0);
    System.arraycopy(value.bytes().array(), 0, memory, start, length);
    written.set(start, end);
    drawn.set(start, end, value.drawn());
  }

  /** The bytes from the word on. */
  Value get(int word, int length) {
    int start = WORD * word;
    int end = start + length;
    requirePlace(word, end);
    if (written.nextClearBit(start) < end) {
      throw new TraceException(
          "reads " + length + " bytes of register " + word + ", where the rule has put less");
    }
    int nextDrawn = drawn.nextSetBit(start);
    return new Value(
        Bytes.of(Arrays.copyOfRange(memory, start, end)), nextDrawn >= 0 && nextDrawn < end);
  }

  private static void requirePlace(int word, int end) {
    if (word < 0 || end > SIZE) {
      throw new TraceException("register " + word + " has no room for so many bytes");
    }
  }
}
