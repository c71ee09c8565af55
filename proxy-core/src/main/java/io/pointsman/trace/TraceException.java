package io.pointsman.trace;

/**
 * The fate of the packet depends on something that a tracer does not know. The message says which
 * rule, and what in it; a guess would be worse than no answer.
 */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TraceException(String message) {
    super(message);
  }

  public TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
