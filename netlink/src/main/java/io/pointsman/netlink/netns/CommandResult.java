package io.pointsman.netlink.netns;

import java.util.List;

/**
 * What a finished command said.
 *
 * @param command the command as given, without what was put before it to enter a namespace
 * @param exitCode 0..255
 * @param output its standard output, decoded as UTF-8
 * @param errors its standard error, decoded as UTF-8
 */
public record CommandResult(List<String> command, int exitCode, String output, String errors) {
  public CommandResult {
    command = List.copyOf(command);
  }

  /**
   * This result, when the command succeeded.
   *
   * @throws NamespaceException with the command, its exit code and what it said, when it failed
   */
  public CommandResult orThrow() {
    if (exitCode != 0) {
      String said = errors.isBlank() ? output : errors;
      throw new NamespaceException(
          "'" + String.join(" ", command) + "' ended with code " + exitCode + ": " + said.strip());
    }
    return this;
  }
}
