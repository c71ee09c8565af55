package io.pointsman.dataplane;

/** The kernel cannot be read or written at all; the message says what is missing. */
public final class DataplaneException extends Exception {
  private static final long serialVersionUID = 1;

  public DataplaneException(String message) {
    super(message);
  }

  public DataplaneException(String message, Throwable cause) {
    super(message, cause);
  }
}
