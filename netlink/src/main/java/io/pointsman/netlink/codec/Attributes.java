package io.pointsman.netlink.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A cursor over attributes, which makes no object for each of them.
 *
 * <p>Use: {@code while (attributes.next()) switch (attributes.type()) ...} with the getter of the
 * content that the type has. {@link #next} throws {@link MalformedMessage} where the bytes stop
 * being attributes, and the getters do so when the content has another size. Each step advances by
 * at least a header, so a walk always ends.
 */
public final class Attributes {
  private final byte[] datagram;
  private final int end;
  private int next;
  private int start;
  private int content;
  private int contentEnd;

  Attributes(byte[] datagram, int from, int end) {
    this.datagram = datagram;
    this.next = from;
    this.end = end;
    this.start = from;
    this.content = from;
    this.contentEnd = from;
  }

  /** Goes to the next attribute; false behind the last one. */
  public boolean next() {
    int left = end - next;
    if (left <= 0) {
      return false;
    }
    if (left < Layout.ATTRIBUTE_HEADER) {
      throw new MalformedMessage(
          "%d bytes left, an attribute header takes %d".formatted(left, Layout.ATTRIBUTE_HEADER),
          next);
    }
    int length = (short) Layout.U16.get(datagram, next) & 0xffff;
    if (length < Layout.ATTRIBUTE_HEADER || length > left) {
      throw new MalformedMessage(
          "attribute length %d, must be from %d to the %d bytes left"
              .formatted(length, Layout.ATTRIBUTE_HEADER, left),
          next);
    }
    start = next;
    content = start + Layout.ATTRIBUTE_HEADER;
    contentEnd = start + length;
    next = start + Layout.align(length);
    return true;
  }

  /** The current attribute's type, without flags. */
  public int type() {
    requireCurrent();
    return (short) Layout.U16.get(datagram, start + 2) & Layout.TYPE_MASK;
  }

  /** Size of the current attribute's content in bytes. */
  public int length() {
    return contentEnd - content;
  }

  /** The content as 8 bits, unsigned. */
  public int u8() {
    requireLength(1);
    return datagram[content] & 0xff;
  }

  /** The content as 16 bits in the host's order, unsigned. */
  public int u16() {
    requireLength(2);
    return (short) Layout.U16.get(datagram, content) & 0xffff;
  }

  /** The content as 16 bits, big-endian, unsigned. */
  public int u16Be() {
    requireLength(2);
    return (short) Layout.U16_BE.get(datagram, content) & 0xffff;
  }

  /** The content as 32 bits in the host's order. */
  public int u32() {
    requireLength(4);
    return (int) Layout.U32.get(datagram, content);
  }

  /** The content as 32 bits, big-endian. */
  public int u32Be() {
    requireLength(4);
    return (int) Layout.U32_BE.get(datagram, content);
  }

  /** The content as 64 bits in the host's order. */
  public long u64() {
    requireLength(8);
    return (long) Layout.U64.get(datagram, content);
  }

  /** The content as 64 bits, big-endian. */
  public long u64Be() {
    requireLength(8);
    return (long) Layout.U64_BE.get(datagram, content);
  }

  /** The content as text: UTF-8 up to the first NUL byte or, without one, the end. */
  public String string() {
    requireCurrent();
    int stop = content;
    while (stop < contentEnd && datagram[stop] != 0) {
      stop++;
    }
    return new String(datagram, content, stop - content, StandardCharsets.UTF_8);
  }

  /** A copy of the content. */
  public byte[] bytes() {
    requireCurrent();
    return Arrays.copyOfRange(datagram, content, contentEnd);
  }

  /** A new cursor over the attributes that the current one holds. */
  public Attributes nested() {
    requireCurrent();
    return new Attributes(datagram, content, contentEnd);
  }

  private void requireCurrent() {
    if (content == start) {
      throw new IllegalStateException("call next() before reading an attribute");
    }
  }

  private void requireLength(int expected) {
    requireCurrent();
    if (length() != expected) {
      throw new MalformedMessage(
          "attribute type %d holds %d bytes, expected %d".formatted(type(), length(), expected),
          start);
    }
  }
}
