package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a request takes for granted about the object that it changes. */
final class Preconditions {
  private Preconditions() {}

  /** The object as it shall be, when it names no version, or the present one. */
  static ObjectNode checked(ObjectNode object, Stored before) {
    JsonNode metadata = object.path("metadata");
    String name = metadata.path("name").asText("");
    if (!name.isEmpty() && !name.equals(before.key().name())) {
      throw StatusException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + before.key().name()
              + ")");
    }
    check(metadata, before);
    return object;
  }

  /**
   * @param wanted has uid and resourceVersion, or either, or none
   */
  static void check(JsonNode wanted, Stored before) {
    String uid = wanted.path("uid").asText("");
    if (!uid.isEmpty() && !uid.equals(before.uid())) {
      throw StatusException.conflict(
          before.resource(),
          before.key().name(),
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + before.uid());
    }
    String version = wanted.path("resourceVersion").asText("");
    if (!version.isEmpty() && !version.equals(Long.toString(before.version()))) {
      throw StatusException.conflict(
          before.resource(),
          before.key().name(),
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
  }
}
