package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * As much of the OpenAPI v3 documents as kubectl must find before it writes: that the server takes
 * the parameter {@code fieldValidation}. Then kubectl leaves validation to the server, which does
 * none. There are no schemas, so {@code kubectl explain} has nothing to tell.
 */
final class OpenApi {
  private static final String ROOT = "/openapi/v3";

  private OpenApi() {}

  /** The document under a path. */
  static Optional<JsonNode> document(String path) {
    if (path.equals(ROOT)) {
      ObjectNode root = Json.object();
      ObjectNode paths = root.putObject("paths");
      Resources.ALL.stream()
          .map(OpenApi::groupPath)
          .distinct()
          .forEach(group -> paths.putObject(group).put("serverRelativeURL", ROOT + "/" + group));
      return Optional.of(root);
    }
    List<Resource> served =
        Resources.ALL.stream()
            .filter(resource -> path.equals(ROOT + "/" + groupPath(resource)))
            .toList();
    return served.isEmpty() ? Optional.empty() : Optional.of(group(served));
  }

  private static String groupPath(Resource resource) {
    return (resource.group().isEmpty() ? "api/" : "apis/") + resource.apiVersion();
  }

  private static ObjectNode group(List<Resource> served) {
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", Discovery.VERSION);
    ObjectNode paths = document.putObject("paths");
    for (Resource resource : served) {
      String between = resource.namespaced() ? "namespaces/{namespace}/" : "";
      ObjectNode patch =
          paths
              .putObject("/" + groupPath(resource) + "/" + between + resource.plural() + "/{name}")
              .putObject("patch");
      ObjectNode parameter = patch.putArray("parameters").addObject();
      parameter.put("name", "fieldValidation").put("in", "query");
      parameter.putObject("schema").put("type", "string");
      patch
          .putObject("x-kubernetes-group-version-kind")
          .put("group", resource.group())
          .put("version", resource.version())
          .put("kind", resource.kind());
    }
    return document;
  }
}
