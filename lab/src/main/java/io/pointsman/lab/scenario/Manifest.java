package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A Kubernetes object as its JSON tree; the tree inside never changes. */
public final class Manifest {
  private final ObjectNode json;
  private final ObjectKey key;

  private Manifest(ObjectNode json, ObjectKey key) {
    this.json = json;
    this.key = key;
  }

  /**
   * The object with this tree, which is copied. A missing namespace is {@code default}.
   *
   * @throws IllegalArgumentException when apiVersion, kind or metadata.name is missing
   */
  public static Manifest of(ObjectNode tree) {
    ObjectNode json = tree.deepCopy();
    String kind = json.path("kind").asText();
    String name = json.path("metadata").path("name").asText();
    if (kind.isEmpty() || name.isEmpty() || json.path("apiVersion").asText().isEmpty()) {
      throw new IllegalArgumentException(
          "an object needs apiVersion, kind and metadata.name: " + tree);
    }
    ObjectNode metadata = json.withObject("/metadata");
    if (!ObjectKey.isOfCluster(kind) && !metadata.has("namespace")) {
      metadata.put("namespace", "default");
    }
    return new Manifest(json, new ObjectKey(kind, metadata.path("namespace").asText(), name));
  }

  public ObjectKey key() {
    return key;
  }

  /** A copy of the whole tree, with apiVersion, kind and metadata. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** The value at a JSON pointer such as {@code /spec/type}; a missing node when there is none. */
  public JsonNode at(String pointer) {
    return json.at(pointer).deepCopy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
