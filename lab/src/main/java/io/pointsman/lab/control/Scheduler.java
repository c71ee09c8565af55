package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gives each pod a node: of those that take pods and have the labels of its {@code nodeSelector}
 * the one with the fewest pods, by name among equals. A pod that fits nowhere waits.
 */
final class Scheduler implements Controller {
  @Override
  public List<Change> changes(ClusterObjects objects) {
    Map<String, Integer> load = new TreeMap<>();
    List<Manifest> waiting = new ArrayList<>();
    for (Manifest pod : Kind.POD.in(objects)) {
      String node = pod.at("/spec/nodeName").asText();
      if (node.isEmpty()) {
        waiting.add(pod);
      } else {
        load.merge(node, 1, Integer::sum);
      }
    }
    List<Change> changes = new ArrayList<>();
    for (Manifest pod : waiting) {
      Optional<String> node = fitting(pod, Kind.NODE.in(objects), load);
      if (node.isPresent()) {
        load.merge(node.get(), 1, Integer::sum);
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("spec").put("nodeName", node.get());
        changes.add(new Change.Merge(pod.key(), patch));
      }
    }
    return changes;
  }

  private static Optional<String> fitting(
      Manifest pod, List<Manifest> nodes, Map<String, Integer> load) {
    Map<String, String> wanted = PodState.texts(pod.at("/spec/nodeSelector"));
    return nodes.stream()
        .filter(node -> !node.at("/spec/unschedulable").asBoolean())
        .filter(node ->
            PodState.texts(node.at("/metadata/labels")).entrySet().containsAll(wanted.entrySet()))
        .map(node -> node.key().name())
        .min(
            Comparator.<String>comparingInt(node -> load.getOrDefault(node, 0))
                .thenComparing(Comparator.naturalOrder()));
  }
}
