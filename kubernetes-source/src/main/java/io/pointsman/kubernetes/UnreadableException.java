package io.pointsman.kubernetes;

import java.util.List;

/**
 * What an API server sends cannot be: no object of the kind asked for, or nobody can tell whose.
 */
final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> path;
  private final String problem;

  /**
   * @param path names of fields, and items as {@code [0]}, from the outermost on
   * @param problem what is wrong
   */
  UnreadableException(List<String> path, String problem) {
    super(written(path) + ": " + problem);
    this.path = List.copyOf(path);
    this.problem = problem;
  }

  List<String> path() {
    return path;
  }

  String problem() {
    return problem;
  }

  /** A path as people write it, such as {@code spec.ports[0].port}. */
  static String written(List<String> path) {
    return String.join(".", path).replace(".[", "[");
  }
}
