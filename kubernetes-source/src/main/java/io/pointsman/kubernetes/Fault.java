package io.pointsman.kubernetes;

import java.util.List;

/**
 * A value in an object of the Kubernetes API that cannot be.
 *
 * @param path names of fields, and items as {@code [0]}, from the object on
 * @param found the value, for people
 * @param problem what is wrong
 */
record Fault(List<String> path, String found, String problem) {
  Fault {
    path = List.copyOf(path);
  }

  /** {@code FIELD is VALUE: PROBLEM}. */
  @Override
  public String toString() {
    String field = UnreadableException.written(path);
    return (field.isEmpty() ? "it" : field) + " is " + found + ": " + problem;
  }
}
