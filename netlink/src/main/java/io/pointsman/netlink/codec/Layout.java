package io.pointsman.netlink.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Sizes, alignment and number access that reader and writer share ({@code netlink.h}). */
final class Layout {
  static final int MESSAGE_HEADER = 16;
  static final int ATTRIBUTE_HEADER = 4;

  /** {@code NLA_F_NESTED}. */
  static final int NESTED = 0x8000;

  /** {@code NLA_TYPE_MASK}: clears the nested and the byte order flag. */
  static final int TYPE_MASK = 0x3fff;

  // Constant handles: the JIT compiler makes each access one move, byte-swapped if need be.
  static final VarHandle U16 = view(short[].class, ByteOrder.nativeOrder());
  static final VarHandle U32 = view(int[].class, ByteOrder.nativeOrder());
  static final VarHandle U64 = view(long[].class, ByteOrder.nativeOrder());
  static final VarHandle U16_BE = view(short[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle U32_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle U64_BE = view(long[].class, ByteOrder.BIG_ENDIAN);

  private Layout() {}

  /** Messages and attributes both start at multiples of 4 bytes. */
  static int align(int size) {
    return (size + 3) & ~3;
  }

  private static VarHandle view(Class<?> array, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(array, order);
  }
}
