package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Documents that tell clients what is served; the formats are meta/v1's. */
final class Discovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  /** The version of Kubernetes whose API this is, with the name of this server. */
  static final String VERSION = "v1.36.0-pointsman-api-server";

  /** The kinds that {@code kubectl get all} shows. */
  private static final Set<String> IN_ALL = Set.of("Pod", "Service", "Deployment", "ReplicaSet");

  private Discovery() {}

  /**
   * The document under a path.
   *
   * @param host the server's address as the client knows it
   */
  static Optional<JsonNode> document(String path, String host) {
    String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    String[] parts = plain.split("/", -1);
    String last = parts[parts.length - 1];
    return switch (plain) {
      case "/version" -> Optional.of(version());
      case "/api" -> Optional.of(coreVersions(host));
      case "/apis" -> Optional.of(groups());
      case String core when core.startsWith("/api/") && parts.length == 3 -> resources("", last);
      case String group when group.startsWith("/apis/") && parts.length == 3 ->
          ofGroup(last).map(JsonNode.class::cast);
      case String both when both.startsWith("/apis/") && parts.length == 4 ->
          resources(parts[2], last);
      default -> Optional.empty();
    };
  }

  private static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "36")
        .put("gitVersion", VERSION)
        .put("gitCommit", "")
        .put("gitTreeState", "")
        .put("buildDate", "1970-01-01T00:00:00Z")
        .put("goVersion", "")
        .put("compiler", "javac")
        .put("platform", "linux/amd64");
  }

  private static ObjectNode coreVersions(String host) {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", host);
    return versions;
  }

  private static ObjectNode groups() {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    var groups = list.putArray("groups");
    Resources.ALL.stream()
        .map(Resource::group)
        .filter(group -> !group.isEmpty())
        .distinct()
        .forEach(group -> ofGroup(group).ifPresent(groups::add));
    groups.forEach(group -> ((ObjectNode) group).remove(List.of("kind", "apiVersion")));
    return list;
  }

  private static Optional<ObjectNode> ofGroup(String group) {
    List<String> versions =
        Resources.ALL.stream()
            .filter(resource -> resource.group().equals(group) && !group.isEmpty())
            .map(Resource::version)
            .distinct()
            .toList();
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode document =
        Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", group);
    var list = document.putArray("versions");
    versions.forEach(version -> list.add(groupVersion(group, version)));
    document.set("preferredVersion", groupVersion(group, versions.getFirst()));
    return Optional.of(document);
  }

  private static ObjectNode groupVersion(String group, String version) {
    return Json.object().put("groupVersion", group + "/" + version).put("version", version);
  }

  private static Optional<JsonNode> resources(String group, String version) {
    List<Resource> served =
        Resources.ALL.stream()
            .filter(
                resource -> resource.group().equals(group) && resource.version().equals(version))
            .toList();
    if (served.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode document =
        Json.object()
            .put("kind", "APIResourceList")
            .put("apiVersion", "v1")
            .put("groupVersion", served.getFirst().apiVersion());
    var list = document.putArray("resources");
    for (Resource resource : served) {
      ObjectNode entry =
          list.addObject()
              .put("name", resource.plural())
              .put("singularName", resource.kind().toLowerCase(java.util.Locale.ROOT))
              .put("namespaced", resource.namespaced())
              .put("kind", resource.kind());
      var verbs = entry.putArray("verbs");
      VERBS.forEach(verbs::add);
      if (!resource.shortNames().isEmpty()) {
        var shortNames = entry.putArray("shortNames");
        resource.shortNames().forEach(shortNames::add);
      }
      if (IN_ALL.contains(resource.kind())) {
        entry.putArray("categories").add("all");
      }
      parts(list, resource);
    }
    return Optional.of(document);
  }

  private static void parts(ArrayNode list, Resource resource) {
    ObjectNode status = list.addObject().put("name", resource.plural() + "/status");
    status.put("singularName", "").put("namespaced", resource.namespaced());
    status.put("kind", resource.kind()).putArray("verbs").add("get").add("patch").add("update");
    if (resource.scales()) {
      ObjectNode scale = list.addObject().put("name", resource.plural() + "/scale");
      scale.put("singularName", "").put("namespaced", true);
      scale.put("group", "autoscaling").put("version", "v1").put("kind", "Scale");
      scale.putArray("verbs").add("get").add("patch").add("update");
    }
  }
}
