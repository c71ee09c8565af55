package io.pointsman.netlink.codec;

import java.util.Arrays;

/**
 * One received message: its header's fields and a view of its payload, which is the family's fixed
 * header followed by attributes.
 *
 * <p>A view of the received bytes, which nobody may change afterwards.
 */
public final class Message {
  private final byte[] datagram;
  private final int start;
  private final int end;

  /** Bounds must have been checked, at least a header long. */
  Message(byte[] datagram, int start, int length) {
    this.datagram = datagram;
    this.start = start;
    this.end = start + length;
  }

  /** {@link MessageType}, or a type of the socket's family; 0 to 65,535. */
  public int type() {
    return (short) Layout.U16.get(datagram, start + 4) & 0xffff;
  }

  /** {@link MessageFlags}. */
  public int flags() {
    return (short) Layout.U16.get(datagram, start + 6) & 0xffff;
  }

  /** Whether all bits of {@code flag} are set. */
  public boolean has(int flag) {
    return (flags() & flag) == flag;
  }

  /** The sequence number of the request that this answers. */
  public int sequence() {
    return (int) Layout.U32.get(datagram, start + 8);
  }

  /** The port id of the socket whose request this answers or which caused the notification. */
  public int portId() {
    return (int) Layout.U32.get(datagram, start + 12);
  }

  /** Size of the payload in bytes. */
  public int payloadLength() {
    return end - start - Layout.MESSAGE_HEADER;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return Arrays.copyOfRange(datagram, start + Layout.MESSAGE_HEADER, end);
  }

  /**
   * A byte of the fixed header, unsigned.
   *
   * @param offset from the start of the payload, as for the other getters
   * @throws MalformedMessage if the payload is too short, as for the other getters
   */
  public int u8(int offset) {
    return datagram[at(offset, 1)] & 0xff;
  }

  /** 16 bits of the payload in the host's order, unsigned. */
  public int u16(int offset) {
    return (short) Layout.U16.get(datagram, at(offset, 2)) & 0xffff;
  }

  /** 16 bits of the payload, big-endian, unsigned. */
  public int u16Be(int offset) {
    return (short) Layout.U16_BE.get(datagram, at(offset, 2)) & 0xffff;
  }

  /** 32 bits of the payload in the host's order. */
  public int u32(int offset) {
    return (int) Layout.U32.get(datagram, at(offset, 4));
  }

  /**
   * The attributes behind a fixed header.
   *
   * @param headerLength size of the family's fixed header; attributes start at the next multiple of
   *     4
   * @throws MalformedMessage if the payload is shorter than the fixed header
   */
  public Attributes attributes(int headerLength) {
    if (headerLength > payloadLength()) {
      throw new MalformedMessage(
          "type %d has a payload of %d bytes, less than its fixed header of %d"
              .formatted(type(), payloadLength(), headerLength),
          start);
    }
    int first = start + Layout.MESSAGE_HEADER + Layout.align(headerLength);
    return new Attributes(datagram, Math.min(first, end), end);
  }

  private int at(int offset, int width) {
    if (offset < 0 || offset > payloadLength() - width) {
      throw new MalformedMessage(
          "type %d has a payload of %d bytes, %d are needed"
              .formatted(type(), payloadLength(), offset + width),
          start);
    }
    return start + Layout.MESSAGE_HEADER + offset;
  }

  @Override
  public String toString() {
    return "Message[type=%d, flags=0x%x, sequence=%d, portId=%d, payload=%d bytes]"
        .formatted(type(), flags(), sequence(), Integer.toUnsignedLong(portId()), payloadLength());
  }
}
