package io.pointsman.kubernetes;

/** The API server gives no review; the message says in one line why, and what to do. */
public final class ReviewException extends Exception {
  private static final long serialVersionUID = 1;

  ReviewException(String message, RuntimeException cause) {
    super(message, cause);
  }
}
