package io.pointsman.lab;

import java.io.Serial;

/** A lab could not be built or used as asked; the message says what to change. */
public final class LabException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public LabException(String message) {
    super(message);
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
