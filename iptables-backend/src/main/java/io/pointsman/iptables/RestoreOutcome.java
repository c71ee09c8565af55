package io.pointsman.iptables;

import io.pointsman.dataplane.DataplaneException;
import java.util.Optional;

/** How a load of a script ended. */
sealed interface RestoreOutcome {
  /** The kernel holds it. */
  record Loaded() implements RestoreOutcome {}

  /**
   * A table was refused; tables before it in the script are loaded.
   *
   * @param line in the script, counted from 1, when the tool named one
   * @param reason the tool's words
   */
  record Refused(Optional<Integer> line, String reason) implements RestoreOutcome {}

  /** The tool was killed; what it did is not known. */
  record Lost(String reason) implements RestoreOutcome {}

  default void orThrow(Tools tools) throws DataplaneException {
    switch (this) {
      case Loaded() -> {}
      case Refused(var line, String reason) ->
          throw new DataplaneException(tools.program("restore") + " failed: " + reason);
      case Lost(String reason) -> throw new DataplaneException(reason);
    }
  }
}
