package io.pointsman.agent.config;

/** The form in which Kubernetes names what is wrong with a field. */
final class Problems {
  private Problems() {}

  /**
   * One problem.
   *
   * @param origin a flag, or a place in a file; empty when the value is nobody's
   */
  static String at(String path, String problem, String origin) {
    return "KubeProxyConfiguration."
        + path
        + ": "
        + problem
        + (origin.isEmpty() ? "" : " (" + origin + ")");
  }
}
