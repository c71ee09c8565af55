package io.pointsman.netlink;

import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.NetlinkError;
import java.io.IOException;

/** A system call on a netlink socket failed, or its answer did not come. */
public class NetlinkException extends IOException {
  private final String operation;
  private final transient Errno errno;

  /**
   * @param operation what was being done, such as {@code receive}
   * @param errno why it failed
   * @param advice what to do about it; may be empty
   */
  public NetlinkException(String operation, Errno errno, String advice) {
    super("netlink %s: %s%s".formatted(operation, errno, suffix(advice)));
    this.operation = operation;
    this.errno = errno;
  }

  /** The kernel's refusal of a request. */
  NetlinkException(String operation, NetlinkError error) {
    super("netlink %s: %s%s".formatted(operation, error.describe(), suffix(advice(error.errno()))));
    this.operation = operation;
    this.errno = error.errno();
  }

  /** What to do about an error number wherever it comes from; empty if that depends. */
  static String advice(Errno errno) {
    return errno.equals(Errno.EPERM) || errno.equals(Errno.EACCES)
        ? "run as root or grant CAP_NET_ADMIN"
        : "";
  }

  private static String suffix(String advice) {
    return advice.isEmpty() ? "" : ": " + advice;
  }

  /** What was being done. */
  public String operation() {
    return operation;
  }

  /** Why it failed. */
  public Errno errno() {
    return errno;
  }
}
