package io.pointsman.netlink;

import io.pointsman.netlink.codec.NetlinkError;

/** The kernel answered a request with an error. */
public final class RequestRejected extends NetlinkException {
  private final transient NetlinkError error;

  /**
   * @param operation what was asked for
   * @param error the kernel's answer
   */
  public RequestRejected(String operation, NetlinkError error) {
    super(operation, error);
    this.error = error;
  }

  /** The kernel's answer. */
  public NetlinkError error() {
    return error;
  }
}
