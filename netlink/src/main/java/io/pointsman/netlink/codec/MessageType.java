package io.pointsman.netlink.codec;

/** Message types below {@code NLMSG_MIN_TYPE}, which every family shares ({@code netlink.h}). */
public final class MessageType {
  /** Nothing; to be skipped. */
  public static final int NOOP = 1;

  /** An error, or with error number 0 an acknowledgement; see {@link NetlinkError}. */
  public static final int ERROR = 2;

  /** The end of a dump. */
  public static final int DONE = 3;

  /** Data was lost. */
  public static final int OVERRUN = 4;

  private MessageType() {}
}
