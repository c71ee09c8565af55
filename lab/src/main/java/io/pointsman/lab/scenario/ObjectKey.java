package io.pointsman.lab.scenario;

import java.util.Comparator;

/**
 * What names an object in the API.
 *
 * @param namespace empty for kinds that belong to the whole cluster
 */
public record ObjectKey(String kind, String namespace, String name)
    implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::kind)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  /**
   * Reads {@code KIND/NAME} or {@code KIND/NAMESPACE/NAME}; the kind may be {@code svc}, {@code
   * slice}, {@code node}, or a kind's full name.
   *
   * @throws IllegalArgumentException naming the text when it is none of these
   */
  public static ObjectKey of(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException(
          "'" + text + "' names no object; write svc/NAME or slice/NAMESPACE/NAME");
    }
    String kind =
        switch (parts[0]) {
          case "svc", "service" -> "Service";
          case "slice" -> "EndpointSlice";
          case "node" -> "Node";
          default -> parts[0];
        };
    String namespace = parts.length == 3 ? parts[1] : isOfCluster(kind) ? "" : "default";
    return new ObjectKey(kind, namespace, parts[parts.length - 1]);
  }

  static boolean isOfCluster(String kind) {
    return kind.equals("Node") || kind.equals("ServiceCIDR") || kind.equals("Namespace");
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
