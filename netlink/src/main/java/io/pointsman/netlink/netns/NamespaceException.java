package io.pointsman.netlink.netns;

import java.io.Serial;

/** A namespace could not be made or entered, or a command in it failed. The message says why. */
public final class NamespaceException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public NamespaceException(String message) {
    super(message);
  }

  public NamespaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
