package io.pointsman.netlink.codec;

import static io.pointsman.netlink.codec.Layout.ATTRIBUTE_HEADER;
import static io.pointsman.netlink.codec.Layout.MESSAGE_HEADER;
import static io.pointsman.netlink.codec.Layout.align;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes netlink messages, one behind the other, into a buffer that grows.
 *
 * <p>Use: {@link #begin}, a family's fixed header, attributes, {@link #end}; then take {@link
 * #buffer()} and {@link #size()}, or {@link #toByteArray()}. Numbers are in the host's byte order
 * unless a method's name ends in {@code Be} (big-endian). Sizes are in bytes.
 *
 * <p>After an exception the message under construction is unusable; {@link #reset} starts afresh.
 * Not thread-safe. Makes no object per attribute.
 */
public final class MessageWriter {
  /** The largest value of {@code nla_len}, which counts the attribute's header too. */
  public static final int MAX_ATTRIBUTE_SIZE = 0xffff;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_BUFFER = Integer.MAX_VALUE - 8;

  private final int[] openAttributes = new int[MAX_DEPTH];
  private byte[] buffer;
  private int size;
  private int messageStart = -1;
  private int depth;
  private boolean inBytes;

  /** A writer whose buffer starts at a size that suits one message. */
  public MessageWriter() {
    this(512);
  }

  /**
   * @param initialCapacity bytes to reserve at once; a good guess spares copying
   */
  public MessageWriter(int initialCapacity) {
    buffer = new byte[Math.max(initialCapacity, 64)];
  }

  /**
   * Starts a message ({@code struct nlmsghdr}); its length is filled in by {@link #end} and its
   * port id is 0, which makes the kernel take the socket's.
   *
   * @param type message type, 16 bits
   * @param flags {@link MessageFlags}, 16 bits
   * @param sequence returned by the kernel in whatever answers this message
   * @throws IllegalStateException if a message is open already
   */
  public MessageWriter begin(int type, int flags, int sequence) {
    if (messageStart >= 0) {
      throw new IllegalStateException("a message is still open: call end() first");
    }
    if ((type & ~0xffff) != 0 || (flags & ~0xffff) != 0) {
      throw new IllegalArgumentException(
          "message type %d and flags %d must fit 16 bits".formatted(type, flags));
    }
    int start = reserve(MESSAGE_HEADER);
    Layout.U32.set(buffer, start, 0);
    Layout.U16.set(buffer, start + 4, (short) type);
    Layout.U16.set(buffer, start + 6, (short) flags);
    Layout.U32.set(buffer, start + 8, sequence);
    Layout.U32.set(buffer, start + 12, 0);
    messageStart = start;
    return this;
  }

  /**
   * Ends the message and fills in its length.
   *
   * @throws IllegalStateException if no message, or a nest in it, is open
   */
  public MessageWriter end() {
    requireMessage();
    if (depth != 0) {
      throw new IllegalStateException(depth + " attributes are still open at the end of a message");
    }
    Layout.U32.set(buffer, messageStart, size - messageStart);
    messageStart = -1;
    return this;
  }

  /**
   * The fixed header of nfnetlink messages ({@code struct nfgenmsg} in {@code nfnetlink.h}).
   *
   * @param family {@code AF_*} or {@code NFPROTO_*}, 8 bits
   * @param resourceId 16 bits, written big-endian
   */
  public MessageWriter putNfgenmsg(int family, int resourceId) {
    requireMessage();
    int at = reserve(4);
    buffer[at] = (byte) family;
    buffer[at + 1] = 0; // NFNETLINK_V0, the only version there is
    Layout.U16_BE.set(buffer, at + 2, (short) resourceId);
    return this;
  }

  /** A family's fixed header as bytes; padded to a multiple of 4. */
  public MessageWriter putFixedHeader(byte[] header) {
    requireMessage();
    int at = reserve(align(header.length));
    System.arraycopy(header, 0, buffer, at, header.length);
    Arrays.fill(buffer, at + header.length, size, (byte) 0);
    return this;
  }

  /** An attribute without content: being there is what it says. */
  public MessageWriter putFlag(int type) {
    attribute(type, 0);
    return this;
  }

  /** An attribute of 8 bits. */
  public MessageWriter putU8(int type, int value) {
    int at = attribute(type, 1);
    buffer[at] = (byte) value;
    return this;
  }

  /** An attribute of 16 bits in the host's order. */
  public MessageWriter putU16(int type, int value) {
    int at = attribute(type, 2);
    Layout.U16.set(buffer, at, (short) value);
    return this;
  }

  /** An attribute of 16 bits, big-endian. */
  public MessageWriter putU16Be(int type, int value) {
    int at = attribute(type, 2);
    Layout.U16_BE.set(buffer, at, (short) value);
    return this;
  }

  /** An attribute of 32 bits in the host's order. */
  public MessageWriter putU32(int type, int value) {
    int at = attribute(type, 4);
    Layout.U32.set(buffer, at, value);
    return this;
  }

  /** An attribute of 32 bits, big-endian. */
  public MessageWriter putU32Be(int type, int value) {
    int at = attribute(type, 4);
    Layout.U32_BE.set(buffer, at, value);
    return this;
  }

  /** An attribute of 64 bits, big-endian. */
  public MessageWriter putU64Be(int type, long value) {
    int at = attribute(type, 8);
    Layout.U64_BE.set(buffer, at, value);
    return this;
  }

  /**
   * A text attribute: UTF-8, ended by a NUL byte.
   *
   * @throws IllegalArgumentException if the text holds a NUL itself
   * @throws AttributeTooLong if it takes more than 65,530 bytes
   */
  public MessageWriter putString(int type, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the text of attribute %d holds a NUL character".formatted(type));
    }
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) > 0x7f) {
        return putBytes(type, (text + '\0').getBytes(StandardCharsets.UTF_8));
      }
    }
    int at = attribute(type, length + 1);
    for (int i = 0; i < length; i++) {
      buffer[at + i] = (byte) text.charAt(i);
    }
    return this;
  }

  /** An attribute of bytes as they are, padded behind its length. */
  public MessageWriter putBytes(int type, byte[] value) {
    return putBytes(type, value, 0, value.length);
  }

  /** An attribute of the {@code length} bytes of {@code value} from {@code offset} on. */
  public MessageWriter putBytes(int type, byte[] value, int offset, int length) {
    int at = attribute(type, length);
    System.arraycopy(value, offset, buffer, at, length);
    return this;
  }

  /** Starts an attribute that holds attributes; {@link #endNest} ends it. */
  public MessageWriter beginNest(int type) {
    open(type, Layout.NESTED);
    return this;
  }

  /**
   * Ends the innermost nest and fills in its length.
   *
   * @throws AttributeTooLong if the nest is longer than an attribute can be
   */
  public MessageWriter endNest() {
    if (depth == 0 || inBytes) {
      throw new IllegalStateException("no nest is open here");
    }
    close();
    return this;
  }

  /**
   * Starts an attribute of bytes that are appended piece by piece, such as a concatenated key, with
   * the {@code append} methods; {@link #endBytes} ends it.
   */
  public MessageWriter beginBytes(int type) {
    open(type, 0);
    inBytes = true;
    return this;
  }

  /** Appends 8 bits to the open bytes attribute. */
  public MessageWriter appendU8(int value) {
    int at = append(1);
    buffer[at] = (byte) value;
    return this;
  }

  /** Appends 16 bits, big-endian, to the open bytes attribute. */
  public MessageWriter appendU16Be(int value) {
    int at = append(2);
    Layout.U16_BE.set(buffer, at, (short) value);
    return this;
  }

  /** Appends 32 bits in the host's order to the open bytes attribute. */
  public MessageWriter appendU32(int value) {
    int at = append(4);
    Layout.U32.set(buffer, at, value);
    return this;
  }

  /** Appends 32 bits, big-endian, to the open bytes attribute. */
  public MessageWriter appendU32Be(int value) {
    int at = append(4);
    Layout.U32_BE.set(buffer, at, value);
    return this;
  }

  /** Appends bytes as they are to the open bytes attribute. */
  public MessageWriter appendBytes(byte[] value) {
    int at = append(value.length);
    System.arraycopy(value, 0, buffer, at, value.length);
    return this;
  }

  /**
   * Ends the open bytes attribute, fills in its length and pads behind it.
   *
   * @throws AttributeTooLong if it is longer than an attribute can be
   */
  public MessageWriter endBytes() {
    if (!inBytes) {
      throw new IllegalStateException("no bytes attribute is open here");
    }
    close();
    inBytes = false;
    int at = reserve(align(size) - size);
    Arrays.fill(buffer, at, size, (byte) 0);
    return this;
  }

  /** The size so far of the outermost open nest, header included; 0 if none is open. */
  public int nestSize() {
    return depth == 0 ? 0 : size - openAttributes[0];
  }

  /**
   * How many bytes may still be put before the open nests get too long: an element of a list fits
   * if it takes no more, its own headers and padding included. The outermost nest holds the others,
   * so it is the one that decides. Unlimited if no nest is open.
   */
  public int nestRoom() {
    // All content is padded to 4 bytes, hence the aligned limit.
    return depth == 0 ? Integer.MAX_VALUE : (MAX_ATTRIBUTE_SIZE & ~3) - nestSize();
  }

  /** Bytes written so far. */
  public int size() {
    return size;
  }

  /**
   * The bytes themselves, valid up to {@link #size()} and until the next call that writes; not a
   * copy.
   *
   * @throws IllegalStateException if a message is open
   */
  public byte[] buffer() {
    if (messageStart >= 0) {
      throw new IllegalStateException("a message is still open: call end() first");
    }
    return buffer;
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer(), size);
  }

  /** Forgets everything written and keeps the memory. */
  public MessageWriter reset() {
    size = 0;
    depth = 0;
    messageStart = -1;
    inBytes = false;
    return this;
  }

  /** Writes a header and the padding, and returns where the content belongs. */
  private int attribute(int type, int length) {
    requireAttributePlace(type);
    int total = ATTRIBUTE_HEADER + length;
    if (length < 0 || total > MAX_ATTRIBUTE_SIZE) {
      throw new AttributeTooLong(type, (long) ATTRIBUTE_HEADER + length);
    }
    int padded = align(total);
    int start = reserve(padded);
    // The last word first: it holds the padding, which an earlier use may have left dirty.
    Layout.U32.set(buffer, start + padded - 4, 0);
    Layout.U16.set(buffer, start, (short) total);
    Layout.U16.set(buffer, start + 2, (short) type);
    return start + ATTRIBUTE_HEADER;
  }

  private void open(int type, int flag) {
    requireAttributePlace(type);
    if (depth == MAX_DEPTH) {
      throw new IllegalStateException("attributes are nested deeper than " + MAX_DEPTH);
    }
    int start = reserve(ATTRIBUTE_HEADER);
    Layout.U16.set(buffer, start, (short) 0);
    Layout.U16.set(buffer, start + 2, (short) (type | flag));
    openAttributes[depth++] = start;
  }

  private void close() {
    int start = openAttributes[depth - 1];
    int length = size - start;
    if (length > MAX_ATTRIBUTE_SIZE) {
      int type = (short) Layout.U16.get(buffer, start + 2) & Layout.TYPE_MASK;
      throw new AttributeTooLong(type, length);
    }
    Layout.U16.set(buffer, start, (short) length);
    depth--;
  }

  private int append(int length) {
    if (!inBytes) {
      throw new IllegalStateException("no bytes attribute is open here");
    }
    return reserve(length);
  }

  private void requireAttributePlace(int type) {
    requireMessage();
    if (inBytes) {
      throw new IllegalStateException("a bytes attribute is open: call endBytes() first");
    }
    if ((type & ~Layout.TYPE_MASK) != 0) {
      throw new IllegalArgumentException("attribute type %d does not fit 14 bits".formatted(type));
    }
  }

  private void requireMessage() {
    if (messageStart < 0) {
      throw new IllegalStateException("no message is open: call begin() first");
    }
  }

  private int reserve(int length) {
    int start = size;
    int needed = Math.addExact(start, length);
    if (needed > buffer.length) {
      grow(needed);
    }
    size = needed;
    return start;
  }

  private void grow(int needed) {
    long doubled = Math.min(2L * buffer.length, MAX_BUFFER);
    buffer = Arrays.copyOf(buffer, (int) Math.max(doubled, needed));
  }
}
