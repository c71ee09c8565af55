package io.pointsman.netlink.codec;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * The messages of one received datagram, in their order.
 *
 * <p>Iteration throws {@link MalformedMessage} where the bytes stop being messages; each step
 * advances by at least a header, so it always ends.
 */
public final class MessageReader implements Iterable<Message> {
  private final byte[] datagram;
  private final int offset;
  private final int end;

  /**
   * @param datagram what was received; must not change while messages of it are in use
   */
  public MessageReader(byte[] datagram) {
    this(datagram, 0, datagram.length);
  }

  /**
   * @param datagram a buffer; must not change while messages of it are in use
   * @param offset where in the buffer the datagram starts
   * @param length its size in bytes
   */
  public MessageReader(byte[] datagram, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, datagram.length);
    this.datagram = datagram;
    this.offset = offset;
    this.end = offset + length;
  }

  @Override
  public Iterator<Message> iterator() {
    return new Iterator<>() {
      private int next = offset;

      @Override
      public boolean hasNext() {
        return next < end;
      }

      @Override
      public Message next() {
        if (!hasNext()) {
          throw new NoSuchElementException("no more messages");
        }
        int start = next;
        int length = lengthAt(start);
        // The last message may come without its padding.
        next = length > end - start - 3 ? end : start + Layout.align(length);
        return new Message(datagram, start, length);
      }
    };
  }

  private int lengthAt(int start) {
    int left = end - start;
    if (left < Layout.MESSAGE_HEADER) {
      throw new MalformedMessage(
          "%d bytes left, a message header takes %d".formatted(left, Layout.MESSAGE_HEADER), start);
    }
    int length = (int) Layout.U32.get(datagram, start);
    if (length < Layout.MESSAGE_HEADER || length > left) {
      throw new MalformedMessage(
          "message length %d, must be from %d to the %d bytes left"
              .formatted(Integer.toUnsignedLong(length), Layout.MESSAGE_HEADER, left),
          start);
    }
    return length;
  }
}
