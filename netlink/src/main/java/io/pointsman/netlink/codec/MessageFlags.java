package io.pointsman.netlink.codec;

/**
 * Flags of a message header ({@code NLM_F_*} in {@code netlink.h}). Bits from 0x100 up mean
 * different things in get, new, delete and error messages.
 */
public final class MessageFlags {
  /** Every message to the kernel carries it. */
  public static final int REQUEST = 0x01;

  /** Part of an answer that ends with {@link MessageType#DONE}. */
  public static final int MULTI = 0x02;

  /** Asks for an acknowledgement. */
  public static final int ACK = 0x04;

  /** Asks the kernel to repeat the resulting notification to the sender. */
  public static final int ECHO = 0x08;

  /** The dump is inconsistent, because what it lists changed meanwhile. */
  public static final int DUMP_INTERRUPTED = 0x10;

  /** Get: list all objects. */
  public static final int DUMP = 0x300;

  /** New: replace an existing object. */
  public static final int REPLACE = 0x100;

  /** New: fail if the object exists. */
  public static final int EXCLUSIVE = 0x200;

  /** New: create the object if it does not exist. */
  public static final int CREATE = 0x400;

  /** New: add behind the last object of a list. */
  public static final int APPEND = 0x800;

  /** Delete: do not delete what the object holds. */
  public static final int NON_RECURSIVE = 0x100;

  /** Error: the request is repeated by its header only. */
  public static final int CAPPED = 0x100;

  /** Error: attributes with the extended acknowledgement follow. */
  public static final int ACK_ATTRIBUTES = 0x200;

  private MessageFlags() {}
}
