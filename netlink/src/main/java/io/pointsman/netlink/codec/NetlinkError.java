package io.pointsman.netlink.codec;

import java.util.OptionalInt;

/**
 * The kernel's answer to one request: an error with whatever its extended acknowledgement says, or
 * an acknowledgement ({@link #isAcknowledgement}).
 *
 * @param errno what went wrong; {@link Errno#NONE} for an acknowledgement
 * @param sequence the sequence number of the request
 * @param requestType the message type of the request; 0 if the answer does not tell
 * @param message the kernel's own words ({@code NLMSGERR_ATTR_MSG}); empty if it has none
 * @param offset where in the request the attribute at fault starts, in bytes from the start of the
 *     request's header ({@code NLMSGERR_ATTR_OFFS}); absent if the kernel does not tell
 * @param missingType the type of an attribute that the request lacks ({@code
 *     NLMSGERR_ATTR_MISS_TYPE}); absent if the kernel does not tell
 */
public record NetlinkError(
    Errno errno,
    int sequence,
    int requestType,
    String message,
    OptionalInt offset,
    OptionalInt missingType) {
  // enum nlmsgerr_attrs in netlink.h
  private static final int ATTR_MSG = 1;
  private static final int ATTR_OFFS = 2;
  private static final int ATTR_MISS_TYPE = 5;
  private static final int ERROR_NUMBER = 4;

  /**
   * Reads an error ({@code struct nlmsgerr}), or the error that the end of a dump carries.
   *
   * @param answer of type {@link MessageType#ERROR} or {@link MessageType#DONE}
   * @throws MalformedMessage if it is cut short
   * @throws IllegalArgumentException if it is of another type
   */
  public static NetlinkError parse(Message answer) {
    return switch (answer.type()) {
      case MessageType.ERROR -> parseError(answer);
      case MessageType.DONE -> parseDone(answer);
      default ->
          throw new IllegalArgumentException(
              "message type %d carries no error".formatted(answer.type()));
    };
  }

  private static NetlinkError parseError(Message answer) {
    int request = ERROR_NUMBER;
    // Unless capped, the whole request is repeated in front of the attributes.
    int requestLength =
        answer.has(MessageFlags.CAPPED) ? Layout.MESSAGE_HEADER : answer.u32(request);
    int requestType = answer.u16(request + 4);
    int sequence = answer.u32(request + 8);
    if (!answer.has(MessageFlags.ACK_ATTRIBUTES)) {
      return plain(answer, sequence, requestType);
    }
    if (requestLength < Layout.MESSAGE_HEADER || requestLength > answer.payloadLength()) {
      throw new MalformedMessage(
          "an error repeats a request of %d bytes, its payload has %d"
              .formatted(Integer.toUnsignedLong(requestLength), answer.payloadLength()),
          0);
    }
    return read(answer, sequence, requestType, answer.attributes(request + requestLength));
  }

  private static NetlinkError parseDone(Message answer) {
    if (answer.payloadLength() < ERROR_NUMBER) {
      return new NetlinkError(
          Errno.NONE, answer.sequence(), 0, "", OptionalInt.empty(), OptionalInt.empty());
    }
    if (!answer.has(MessageFlags.ACK_ATTRIBUTES)) {
      return plain(answer, answer.sequence(), 0);
    }
    return read(answer, answer.sequence(), 0, answer.attributes(ERROR_NUMBER));
  }

  private static NetlinkError plain(Message answer, int sequence, int requestType) {
    return new NetlinkError(
        errno(answer), sequence, requestType, "", OptionalInt.empty(), OptionalInt.empty());
  }

  private static NetlinkError read(
      Message answer, int sequence, int requestType, Attributes attributes) {
    String message = "";
    OptionalInt offset = OptionalInt.empty();
    OptionalInt missingType = OptionalInt.empty();
    while (attributes.next()) {
      switch (attributes.type()) {
        case ATTR_MSG -> message = attributes.string();
        case ATTR_OFFS -> offset = OptionalInt.of(attributes.u32());
        case ATTR_MISS_TYPE -> missingType = OptionalInt.of(attributes.u32());
        default -> {}
      }
    }
    return new NetlinkError(errno(answer), sequence, requestType, message, offset, missingType);
  }

  /** The kernel writes error numbers negated; a dump's end may carry a positive count. */
  private static Errno errno(Message answer) {
    int number = answer.u32(0);
    return number >= 0 ? Errno.NONE : Errno.of(-number);
  }

  /** Whether this says that the request succeeded. */
  public boolean isAcknowledgement() {
    return errno.number() == 0;
  }

  /** The error in one line, for people. */
  public String describe() {
    StringBuilder text = new StringBuilder(errno.toString());
    if (!message.isEmpty()) {
      text.append(": ").append(message);
    }
    text.append(" [sequence ").append(sequence);
    if (requestType != 0) {
      text.append(", message type 0x").append(Integer.toHexString(requestType));
    }
    offset.ifPresent(at -> text.append(", attribute at byte ").append(at));
    missingType.ifPresent(type -> text.append(", missing attribute type ").append(type));
    return text.append(']').toString();
  }
}
