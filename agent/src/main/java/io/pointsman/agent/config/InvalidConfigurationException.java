package io.pointsman.agent.config;

import java.util.List;

/** A configuration that cannot be used; the message has a line for each problem. */
public final class InvalidConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param problems what is wrong, where, and what to do; at least one
   */
  public InvalidConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
