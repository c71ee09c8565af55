package io.pointsman.netlink.codec;

/** Received bytes are no netlink message, or not the attribute that was expected there. */
public final class MalformedMessage extends IllegalArgumentException {
  private final int offset;

  /**
   * @param problem what is wrong there
   * @param offset where, in bytes from the start of the received datagram
   */
  public MalformedMessage(String problem, int offset) {
    super("malformed netlink message at byte %d: %s".formatted(offset, problem));
    this.offset = offset;
  }

  /** Where the problem is, in bytes from the start of the received datagram. */
  public int offset() {
    return offset;
  }
}
