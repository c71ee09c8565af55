package io.pointsman.apiserver;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON Patch (RFC 6902). */
final class JsonPatch {
  private JsonPatch() {}

  /**
   * The tree with the patch applied; neither is changed.
   *
   * @throws IllegalArgumentException naming the operation that does not fit
   */
  static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!patch.isArray()) {
      throw new IllegalArgumentException("a JSON patch is a list of operations");
    }
    JsonNode result = target.deepCopy();
    for (JsonNode operation : patch) {
      result = applyOne(result, operation);
    }
    return result;
  }

  private static JsonNode applyOne(JsonNode root, JsonNode operation) {
    JsonPointer path = pointer(operation, "path");
    switch (operation.path("op").asText()) {
      case "add" -> add(root, path, operation.path("value"), operation);
      case "remove" -> remove(root, path, operation);
      case "replace" -> {
        remove(root, path, operation);
        add(root, path, operation.path("value"), operation);
      }
      case "move" -> {
        JsonNode moved = remove(root, pointer(operation, "from"), operation);
        add(root, path, moved, operation);
      }
      case "copy" -> add(root, path, existing(root, operation).deepCopy(), operation);
      case "test" -> {
        if (!root.at(path).equals(operation.path("value"))) {
          throw unfit(operation, "the value there is another");
        }
      }
      default -> throw unfit(operation, "there is no such operation");
    }
    return root;
  }

  private static JsonPointer pointer(JsonNode operation, String field) {
    String text = operation.path(field).asText();
    if (!text.startsWith("/")) {
      throw unfit(operation, "'" + field + "' is no JSON pointer into the object");
    }
    return JsonPointer.compile(text);
  }

  private static JsonNode existing(JsonNode root, JsonNode operation) {
    JsonNode found = root.at(pointer(operation, "from"));
    if (found.isMissingNode()) {
      throw unfit(operation, "there is nothing at 'from'");
    }
    return found;
  }

  private static void add(JsonNode root, JsonPointer path, JsonNode value, JsonNode operation) {
    if (value.isMissingNode()) {
      throw unfit(operation, "it has no value");
    }
    String last = path.last().getMatchingProperty();
    switch (root.at(path.head())) {
      case ObjectNode object -> object.set(last, value);
      case ArrayNode array when last.equals("-") -> array.add(value);
      case ArrayNode array -> {
        int index = path.last().getMatchingIndex();
        if (index < 0 || index > array.size()) {
          throw unfit(operation, "the list is shorter");
        }
        array.insert(index, value);
      }
      default -> throw unfit(operation, "there is nothing to add it to");
    }
  }

  private static JsonNode remove(JsonNode root, JsonPointer path, JsonNode operation) {
    JsonNode found = root.at(path);
    if (found.isMissingNode()) {
      throw unfit(operation, "there is nothing");
    }
    if (root.at(path.head()) instanceof ArrayNode array) {
      array.remove(path.last().getMatchingIndex());
    } else {
      ((ObjectNode) root.at(path.head())).remove(path.last().getMatchingProperty());
    }
    return found;
  }

  private static IllegalArgumentException unfit(JsonNode operation, String why) {
    return new IllegalArgumentException("JSON patch " + operation + " does not fit: " + why);
  }
}
