package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import java.util.Comparator;

/**
 * An object of the cluster that cannot be read.
 *
 * @param resource its kind's plural, such as {@code services}
 * @param name the namespace of a cluster-wide object is empty
 * @param problem one line: which field, what it is, and what is wrong with that
 * @param kept true when it could be read earlier, and that state stays in force; else it counts as
 *     absent
 */
public record UnreadableObject(String resource, ObjectName name, String problem, boolean kept)
    implements Comparable<UnreadableObject> {
  private static final Comparator<UnreadableObject> ORDER =
      Comparator.comparing(UnreadableObject::resource)
          .thenComparing(UnreadableObject::name)
          .thenComparing(UnreadableObject::problem)
          .thenComparing(UnreadableObject::kept);

  @Override
  public int compareTo(UnreadableObject other) {
    return ORDER.compare(this, other);
  }

  /** {@code services shop/web}. */
  public String title() {
    return resource + " " + (name.namespace().isEmpty() ? name.name() : name.toString());
  }

  /** What it means for traffic. */
  public String consequence() {
    return kept ? "its last readable state stays in force" : "it is left out";
  }

  /** One line: what is wrong, where, what it means and what to do. */
  public String message() {
    String namespace = name.namespace().isEmpty() ? "" : " -n " + name.namespace();
    return "%s cannot be read: %s; %s until it is corrected or deleted: kubectl get %s %s%s -o json"
        .formatted(title(), problem, consequence(), resource, name.name(), namespace);
  }
}
