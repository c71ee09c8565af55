package io.pointsman.apiserver;

import java.util.List;

/**
 * One kind of object that is served.
 *
 * @param group empty for the core group
 * @param plural the name in paths
 * @param namespaced false for kinds of the whole cluster
 * @param counted true when metadata.generation counts the changes outside metadata and status
 * @param shortNames what kubectl takes for the plural
 * @param selectable fields besides metadata.name and metadata.namespace that field selectors may
 *     name, as dotted paths
 * @param head how each object begins where it stands alone: up to its resourceVersion
 */
record Resource(
    String group,
    String version,
    String plural,
    String kind,
    boolean namespaced,
    boolean counted,
    List<String> shortNames,
    List<String> selectable,
    String head) {
  Resource(
      String group,
      String version,
      String plural,
      String kind,
      boolean namespaced,
      boolean counted,
      List<String> shortNames,
      List<String> selectable) {
    this(
        group,
        version,
        plural,
        kind,
        namespaced,
        counted,
        shortNames,
        selectable,
        "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\""
            .formatted(kind, group.isEmpty() ? version : group + "/" + version));
  }

  /** As objects spell it, such as {@code v1} or {@code discovery.k8s.io/v1}. */
  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** True when it has replicas, and so the subresource {@code scale}. */
  boolean scales() {
    return group.equals("apps");
  }

  /** As messages spell it, such as {@code endpointslices.discovery.k8s.io}. */
  String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
