package io.pointsman.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * What a path under {@code /api/v1} or {@code /apis/GROUP/VERSION} stands for.
 *
 * @param namespace empty for all namespaces or none
 * @param name empty for the collection
 */
record Route(Resource resource, String namespace, String name) {
  /** Empty when the path names no objects that are served. */
  static Optional<Route> of(String path) {
    List<String> parts = List.of(path.substring(1).split("/", -1));
    if (parts.size() > 2 && parts.getFirst().equals("api")) {
      return of("", parts.get(1), parts.subList(2, parts.size()));
    }
    if (parts.size() > 3 && parts.getFirst().equals("apis")) {
      return of(parts.get(1), parts.get(2), parts.subList(3, parts.size()));
    }
    return Optional.empty();
  }

  private static Optional<Route> of(String group, String version, List<String> rest) {
    if (rest.getFirst().equals("namespaces") && rest.size() > 2) {
      String namespace = rest.get(1);
      return rest.size() > 4
          ? Optional.empty()
          : Resources.ofPath(group, version, rest.get(2))
              .filter(Resource::namespaced)
              .map(resource -> new Route(resource, namespace, rest.size() > 3 ? rest.get(3) : ""));
    }
    return rest.size() > 2
        ? Optional.empty()
        : Resources.ofPath(group, version, rest.getFirst())
            .filter(resource -> rest.size() == 1 || !resource.namespaced())
            .map(resource -> new Route(resource, "", rest.size() > 1 ? rest.get(1) : ""));
  }

  boolean isCollection() {
    return name.isEmpty();
  }

  Key key() {
    return new Key(namespace, name);
  }
}
