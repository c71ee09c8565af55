package io.pointsman.kubernetes;

import java.util.List;

/** An object of the Kubernetes API has a value that cannot be. */
final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> path;
  private final String problem;

  /**
   * @param path names of fields, and items as {@code [0]}, from the outermost on
   * @param problem what is wrong
   */
  UnreadableException(List<String> path, String problem) {
    super(String.join(".", path).replace(".[", "[") + ": " + problem);
    this.path = List.copyOf(path);
    this.problem = problem;
  }

  List<String> path() {
    return path;
  }

  String problem() {
    return problem;
  }
}
