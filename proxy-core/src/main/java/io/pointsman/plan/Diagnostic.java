package io.pointsman.plan;

/**
 * Something in the cluster that cannot be done as written.
 *
 * @param object kind and name, such as {@code Service default/web}
 * @param problem what is wrong, where in the object, and what was done instead
 */
public record Diagnostic(String object, String problem) {
  @Override
  public String toString() {
    return object + ": " + problem;
  }
}
