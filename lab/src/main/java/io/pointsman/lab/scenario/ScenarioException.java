package io.pointsman.lab.scenario;

import java.io.Serial;

/** A scenario file cannot be understood or played; the message names the file and the place. */
public final class ScenarioException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public ScenarioException(String message) {
    super(message);
  }

  public ScenarioException(String message, Throwable cause) {
    super(message, cause);
  }
}
