package io.pointsman.apiserver;

import java.util.List;
import java.util.Optional;

/** The kinds that are served. To serve another, add a line. */
final class Resources {
  static final List<Resource> ALL =
      List.of(
          core("namespaces", "Namespace", false, false, "ns", "status.phase"),
          core("nodes", "Node", false, false, "no", "spec.unschedulable"),
          core("services", "Service", true, false, "svc", "spec.clusterIP", "spec.type"),
          core("pods", "Pod", true, true, "po", "spec.nodeName", "status.phase", "status.podIP"),
          core(
              "events",
              "Event",
              true,
              false,
              "ev",
              "involvedObject.kind",
              "involvedObject.name",
              "involvedObject.namespace",
              "reason",
              "type"),
          of("apps", "deployments", "Deployment", true, true, "deploy"),
          of("apps", "replicasets", "ReplicaSet", true, true, "rs"),
          of("discovery.k8s.io", "endpointslices", "EndpointSlice", true, true),
          of("events.k8s.io", "events", "Event", true, false),
          of("networking.k8s.io", "ingresses", "Ingress", true, true, "ing"),
          of("networking.k8s.io", "servicecidrs", "ServiceCIDR", false, false));

  private Resources() {}

  private static Resource core(
      String plural,
      String kind,
      boolean namespaced,
      boolean counted,
      String shortName,
      String... selectable) {
    return new Resource(
        "", "v1", plural, kind, namespaced, counted, List.of(shortName), List.of(selectable));
  }

  private static Resource of(
      String group,
      String plural,
      String kind,
      boolean namespaced,
      boolean counted,
      String... shortNames) {
    return new Resource(
        group, "v1", plural, kind, namespaced, counted, List.of(shortNames), List.of());
  }

  static Optional<Resource> ofPath(String group, String version, String plural) {
    return ALL.stream()
        .filter(resource ->
            resource.plural().equals(plural)
                && resource.group().equals(group)
                && resource.version().equals(version))
        .findFirst();
  }

  /**
   * The resource of an object.
   *
   * @throws IllegalArgumentException when it is none that is served
   */
  static Resource ofObject(String apiVersion, String kind) {
    return ALL.stream()
        .filter(
            resource -> resource.kind().equals(kind) && resource.apiVersion().equals(apiVersion))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "this API server does not serve kind '"
                    + kind
                    + "' of apiVersion '"
                    + apiVersion
                    + "': add it to "
                    + Resources.class.getName()));
  }
}
