package io.pointsman.lab.scenario;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The two standard ways to change a JSON tree. Both leave their arguments as they are. */
final class Patches {
  private Patches() {}

  /** RFC 7386: keys with null go, mappings are merged, all else is replaced. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode result =
        target instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    for (var change : changes.properties()) {
      if (change.getValue().isNull()) {
        result.remove(change.getKey());
      } else {
        JsonNode before = result.path(change.getKey());
        result.set(change.getKey(), merge(before, change.getValue()));
      }
    }
    return result;
  }

  /**
   * RFC 6902, the operations add, replace and remove.
   *
   * @throws IllegalArgumentException for other operations and for paths that lead nowhere
   */
  static JsonNode edit(JsonNode target, JsonNode operations) {
    JsonNode result = target.deepCopy();
    for (JsonNode operation : operations) {
      JsonPointer path = JsonPointer.compile(operation.path("path").asText());
      JsonNode parent = result.at(path.head());
      String key = path.last().getMatchingProperty();
      String name = operation.path("op").asText();
      boolean known = name.equals("add") || name.equals("replace") || name.equals("remove");
      if (!known || !(parent instanceof ObjectNode || parent instanceof ArrayNode)) {
        throw new IllegalArgumentException("cannot do the patch " + operation);
      }
      apply(name, parent, key, operation.path("value"));
    }
    return result;
  }

  private static void apply(String name, JsonNode parent, String key, JsonNode value) {
    if (parent instanceof ObjectNode object) {
      if (name.equals("remove")) {
        object.remove(key);
      } else {
        object.set(key, value);
      }
    } else if (parent instanceof ArrayNode array) {
      int index = key.equals("-") ? array.size() : Integer.parseInt(key);
      switch (name) {
        case "add" -> array.insert(index, value);
        case "replace" -> array.set(index, value);
        default -> array.remove(index);
      }
    }
  }
}
