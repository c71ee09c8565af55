package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Strategic merge patch, as {@code kubectl apply}, {@code set} and {@code rollout} send it
 * (Kubernetes: "Update API Objects in Place Using kubectl patch"; the API's {@code patchMergeKey}).
 * As JSON Merge Patch, but lists whose elements have a key are merged by it.
 */
final class StrategicMerge {
  private static final String DIRECTIVE = "$patch";
  private static final String ORDER = "$setElementOrder/";
  private static final String REMOVED = "$deleteFromPrimitiveList/";
  private static final String RETAINED = "$retainKeys";

  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("ephemeralContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("env", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("resourceClaims", "name"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("conditions", "type"),
          Map.entry("addresses", "type"),
          Map.entry("hostAliases", "ip"),
          Map.entry("podIPs", "ip"),
          Map.entry("hostIPs", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("ownerReferences", "uid"));

  private final String kind;

  private StrategicMerge(String kind) {
    this.kind = kind;
  }

  /** The object with the patch applied; neither is changed. */
  static JsonNode apply(Resource resource, JsonNode target, JsonNode patch) {
    return new StrategicMerge(resource.kind()).merged(target, patch);
  }

  private JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    boolean replaces = changes.path(DIRECTIVE).asText().equals("replace");
    ObjectNode result =
        target instanceof ObjectNode object && !replaces ? object.deepCopy() : Json.object();
    List<String> orders = new ArrayList<>();
    changes
        .properties()
        .forEach(change -> {
          String name = change.getKey();
          JsonNode value = change.getValue();
          if (name.startsWith(ORDER)) {
            orders.add(name.substring(ORDER.length()));
          } else if (name.startsWith(REMOVED)) {
            remove(result, name.substring(REMOVED.length()), value);
          } else if (name.equals(RETAINED)) {
            List<String> kept = new ArrayList<>();
            value.forEach(key -> kept.add(key.asText()));
            result.retain(kept);
          } else if (value.isNull()) {
            result.remove(name);
          } else if (value.path(DIRECTIVE).asText().equals("delete")) {
            result.remove(name);
          } else if (!name.equals(DIRECTIVE)) {
            result.set(name, field(name, result.path(name), value));
          }
        });
    orders.forEach(name -> order(result, name, changes.path(ORDER + name)));
    return result;
  }

  private JsonNode field(String name, JsonNode target, JsonNode value) {
    if (!(value instanceof ArrayNode list)) {
      return merged(target, value);
    }
    Optional<String> key = key(name);
    if (key.isPresent()) {
      return list(key.get(), target, list);
    }
    return name.equals("finalizers") || name.equals("podCIDRs") ? union(target, list) : list;
  }

  /** The field by which elements of a list are told apart; empty for a list that is one whole. */
  private Optional<String> key(String list) {
    if (list.equals("ports")) {
      return switch (kind) {
        case "Service" -> Optional.of("port");
        case "Pod", "Deployment", "ReplicaSet" -> Optional.of("containerPort");
        default -> Optional.empty();
      };
    }
    return Optional.ofNullable(KEYS.get(list));
  }

  private JsonNode list(String key, JsonNode target, ArrayNode changes) {
    List<JsonNode> elements = new ArrayList<>();
    target.forEach(elements::add);
    for (JsonNode change : changes) {
      String directive = change.path(DIRECTIVE).asText();
      int at = indexOf(elements, key, change.path(key));
      if (directive.equals("replace") && !change.has(key)) {
        elements.clear();
      } else if (directive.equals("delete")) {
        elements.removeIf(element -> element.path(key).equals(change.path(key)));
      } else if (at >= 0) {
        elements.set(at, merged(elements.get(at), change));
      } else {
        elements.add(merged(Json.object(), change));
      }
    }
    return array(elements);
  }

  private static int indexOf(List<JsonNode> elements, String key, JsonNode value) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i).path(key).equals(value)) {
        return i;
      }
    }
    return -1;
  }

  private static ArrayNode array(List<JsonNode> elements) {
    ArrayNode array = Json.object().arrayNode();
    elements.forEach(array::add);
    return array;
  }

  private static JsonNode union(JsonNode target, ArrayNode more) {
    List<JsonNode> elements = new ArrayList<>();
    target.forEach(elements::add);
    more.forEach(one -> {
      if (!elements.contains(one)) {
        elements.add(one);
      }
    });
    return array(elements);
  }

  private static void remove(ObjectNode object, String list, JsonNode values) {
    List<JsonNode> elements = new ArrayList<>();
    object.path(list).forEach(elements::add);
    values.forEach(elements::remove);
    object.set(list, array(elements));
  }

  /** Elements in the order that is asked for, those that it does not name behind them. */
  private void order(ObjectNode object, String list, JsonNode order) {
    if (!(object.get(list) instanceof ArrayNode present)) {
      return;
    }
    Optional<String> key = key(list);
    Map<JsonNode, Integer> places = new HashMap<>();
    order.forEach(one -> places.put(key.map(one::path).orElse(one), places.size()));
    List<JsonNode> elements = new ArrayList<>();
    present.forEach(elements::add);
    elements.sort(
        java.util.Comparator.comparingInt(
            one -> places.getOrDefault(key.map(one::path).orElse(one), Integer.MAX_VALUE)));
    object.set(list, array(elements));
  }
}
