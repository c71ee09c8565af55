package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Names an object on the server.
 *
 * @param apiVersion such as {@code discovery.k8s.io/v1}
 * @param namespace empty for kinds of the whole cluster
 */
public record ObjectRef(String apiVersion, String kind, String namespace, String name) {
  /** A Service. */
  public static ObjectRef service(String namespace, String name) {
    return new ObjectRef("v1", "Service", namespace, name);
  }

  /** An EndpointSlice. */
  public static ObjectRef slice(String namespace, String name) {
    return new ObjectRef("discovery.k8s.io/v1", "EndpointSlice", namespace, name);
  }

  /**
   * The name of this object; a missing namespace is {@code default} for kinds that have one.
   *
   * @throws IllegalArgumentException when the server does not serve its kind
   */
  public static ObjectRef of(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    JsonNode metadata = object.path("metadata");
    String namespace =
        Resources.ofObject(apiVersion, kind).namespaced()
            ? metadata.path("namespace").asText("default")
            : "";
    return new ObjectRef(apiVersion, kind, namespace, metadata.path("name").asText());
  }

  Resource resource() {
    return Resources.ofObject(apiVersion, kind);
  }

  Key key() {
    return new Key(namespace, name);
  }
}
