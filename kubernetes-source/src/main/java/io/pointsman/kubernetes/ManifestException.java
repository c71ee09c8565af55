package io.pointsman.kubernetes;

import org.jspecify.annotations.Nullable;

/** A manifest cannot be used. The message reads {@code FILE:LINE:COLUMN: what is wrong}. */
public final class ManifestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ManifestException(String message) {
    super(message);
  }

  ManifestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
