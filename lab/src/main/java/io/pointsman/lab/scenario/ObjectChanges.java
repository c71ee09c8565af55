package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What steps make of objects. Pure. */
final class ObjectChanges {
  private ObjectChanges() {}

  /**
   * The objects after a step.
   *
   * @param remembered what affinity steps reached, by the name they gave it and by source
   */
  static ClusterObjects apply(
      ClusterObjects objects, Step.Change step, Map<String, Map<String, String>> remembered) {
    return switch (step) {
      case Step.Apply apply -> objects.with(apply.manifests());
      case Step.Delete delete -> objects.without(delete.keys());
      case Step.Merge merge ->
          edit(objects, merge.key(), tree -> Patches.merge(tree, merge.patch()));
      case Step.JsonEdit json ->
          edit(objects, json.key(), tree -> Patches.edit(tree, json.operations()));
      case Step.Vips vips -> edit(objects, vips.key(), tree -> withIngress(tree, vips.ingress()));
      case Step.DropEndpoint drop -> {
        Map<String, String> reached = remembered.get(drop.reached());
        if (reached == null) {
          throw new ScenarioException("nothing was remembered as '" + drop.reached() + "'");
        }
        yield edit(objects, drop.key(), tree -> without(tree, pods(reached)));
      }
    };
  }

  private static ClusterObjects edit(
      ClusterObjects objects, ObjectKey key, UnaryOperator<JsonNode> change) {
    Manifest before =
        objects.get(key).orElseThrow(() -> new ScenarioException("there is no " + key));
    Manifest after = Manifest.of((ObjectNode) change.apply(before.json()));
    return objects.with(List.of(ServiceDefaults.complete(after)));
  }

  private static JsonNode withIngress(JsonNode service, JsonNode ingress) {
    ObjectNode changed = service.deepCopy();
    changed.withObject("/status/loadBalancer").set("ingress", ingress);
    return changed;
  }

  /** Names of the pods that were reached, from {@code POD:PORT}. */
  private static Set<String> pods(Map<String, String> reached) {
    return reached.values().stream()
        .map(text -> text.substring(0, text.indexOf(':')))
        .collect(Collectors.toSet());
  }

  private static JsonNode without(JsonNode slice, Set<String> pods) {
    ObjectNode changed = slice.deepCopy();
    ArrayNode left = changed.putArray("endpoints");
    for (JsonNode endpoint : slice.path("endpoints")) {
      if (!pods.contains(endpoint.path("targetRef").path("name").asText())) {
        left.add(endpoint);
      }
    }
    return changed;
  }
}
