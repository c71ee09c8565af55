package io.pointsman.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * What a path under {@code /api/v1} or {@code /apis/GROUP/VERSION} stands for.
 *
 * @param namespace empty for all namespaces or none
 * @param name empty for the collection
 * @param subresource the part of the object; empty for all of it
 */
record Route(Resource resource, String namespace, String name, Optional<Subresource> subresource) {
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
    boolean inNamespace = rest.getFirst().equals("namespaces") && rest.size() > 2;
    List<String> own = inNamespace ? rest.subList(2, rest.size()) : rest;
    String name = own.size() > 1 ? own.get(1) : "";
    return own.size() > 3
        ? Optional.empty()
        : Resources.ofPath(group, version, own.getFirst())
            .filter(resource ->
                inNamespace ? resource.namespaced() : own.size() == 1 || !resource.namespaced())
            .map(resource ->
                new Route(resource, inNamespace ? rest.get(1) : "", name, Optional.empty()))
            .flatMap(route -> own.size() > 2 ? route.part(own.get(2)) : Optional.of(route));
  }

  private Optional<Route> part(String word) {
    return switch (word) {
      case "status" ->
          Optional.of(new Route(resource, namespace, name, Optional.of(Subresource.STATUS)));
      case "scale" ->
          Optional.of(new Route(resource, namespace, name, Optional.of(Subresource.SCALE)))
              .filter(route -> resource.scales());
      default -> Optional.empty();
    };
  }

  boolean isCollection() {
    return name.isEmpty();
  }

  Key key() {
    return new Key(namespace, name);
  }
}
