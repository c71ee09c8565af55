package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A part of an object with a path of its own. */
enum Subresource {
  /** The object's status; what else comes with it is left alone. */
  STATUS {
    @Override
    ObjectNode of(Stored object) {
      return object.tree();
    }

    @Override
    ObjectNode put(Stored before, JsonNode changed) {
      ObjectNode object = before.tree();
      object.set("status", changed.path("status"));
      return object;
    }
  },

  /** How many replicas there shall be, as autoscaling/v1 spells it. */
  SCALE {
    @Override
    ObjectNode of(Stored object) {
      ObjectNode tree = object.tree();
      ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
      ObjectNode metadata = scale.putObject("metadata");
      for (String field :
          new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
        metadata.set(field, tree.path("metadata").path(field));
      }
      scale.putObject("spec").put("replicas", tree.at("/spec/replicas").asInt(1));
      Map<String, String> labels = new TreeMap<>();
      tree.at("/spec/selector/matchLabels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
      scale
          .putObject("status")
          .put("replicas", tree.at("/status/replicas").asInt())
          .put(
              "selector",
              labels.entrySet().stream()
                  .map(label -> label.getKey() + "=" + label.getValue())
                  .collect(Collectors.joining(",")));
      return scale;
    }

    @Override
    ObjectNode put(Stored before, JsonNode changed) {
      ObjectNode object = before.tree();
      object.withObject("/spec").set("replicas", changed.at("/spec/replicas"));
      return object;
    }
  };

  /** The part as clients see it. */
  abstract ObjectNode of(Stored object);

  /** The whole object after the part has been changed to this. */
  abstract ObjectNode put(Stored before, JsonNode changed);
}
