package io.pointsman.netlink.codec;

/**
 * An attribute does not fit its 16-bit length field. The kernel would read a wrapped length and
 * answer with an error about something else, so the writer refuses instead.
 */
public final class AttributeTooLong extends IllegalArgumentException {
  private final int type;
  private final long size;

  AttributeTooLong(int type, long size) {
    super(
        "netlink attribute of type %d would take %d bytes, at most %d fit: split what it holds over several messages"
            .formatted(type, size, MessageWriter.MAX_ATTRIBUTE_SIZE));
    this.type = type;
    this.size = size;
  }

  /** The attribute's type, without flags. */
  public int type() {
    return type;
  }

  /** The size in bytes that it would have had, header included. */
  public long size() {
    return size;
  }
}
