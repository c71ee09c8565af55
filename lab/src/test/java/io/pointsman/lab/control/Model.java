package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/** A cluster without an API server: controllers' changes are applied to values. */
final class Model {
  private static final YAMLMapper YAML = new YAMLMapper();
  private ClusterObjects objects = ClusterObjects.of(List.of());
  private int uids;

  Model(String... documents) {
    for (String document : documents) {
      put(document);
    }
  }

  static Manifest manifest(String yaml) {
    try {
      return Manifest.of((ObjectNode) YAML.readTree(yaml));
    } catch (java.io.IOException wrong) {
      throw new IllegalArgumentException(yaml, wrong);
    }
  }

  ClusterObjects objects() {
    return objects;
  }

  /** Creates or replaces an object. */
  void put(String yaml) {
    put(manifest(yaml));
  }

  private void put(Manifest manifest) {
    ObjectNode json = manifest.json();
    ObjectNode metadata = json.withObject("/metadata");
    String uid =
        objects
            .get(manifest.key())
            .map(before -> before.at("/metadata/uid").asText())
            .orElseGet(() -> "uid-" + ++uids);
    metadata.put("uid", uid);
    objects = objects.with(List.of(Manifest.of(json)));
  }

  void remove(String kind, String name) {
    objects = objects.without(List.of(new ObjectKey(kind, "default", name)));
  }

  /** Merges a patch into an object. */
  void merge(ObjectKey key, JsonNode patch) {
    ObjectNode json = objects.get(key).orElseThrow().json();
    merge(json, patch);
    put(Manifest.of(json));
  }

  private static void merge(ObjectNode into, JsonNode patch) {
    patch
        .properties()
        .forEach(change -> {
          if (change.getValue().isNull()) {
            into.remove(change.getKey());
          } else if (change.getValue() instanceof ObjectNode tree) {
            if (!(into.get(change.getKey()) instanceof ObjectNode)) {
              into.putObject(change.getKey());
            }
            merge((ObjectNode) into.get(change.getKey()), tree);
          } else {
            into.set(change.getKey(), change.getValue());
          }
        });
  }

  void setPod(String name, boolean ready) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", ready ? "True" : "False");
    merge(new ObjectKey("Pod", "default", name), patch);
  }

  void terminate(ObjectKey key) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").put("deletionTimestamp", "2030-01-01T00:00:00Z");
    merge(key, patch);
  }

  /** Applies what a controller wants; told as words such as {@code Create web-ipv4-1}. */
  List<String> step(Controller controller) {
    List<String> told = new ArrayList<>();
    for (Change change : controller.changes(objects)) {
      told.add(change.getClass().getSimpleName() + " " + change.key().name());
      switch (change) {
        case Change.Create create -> put(create.object());
        case Change.Replace replace -> put(replace.object());
        case Change.Merge merge -> merge(merge.key(), merge.patch());
        case Change.Delete delete -> {
          if (delete.key().kind().equals("Pod")) {
            terminate(delete.key());
          } else {
            objects = objects.without(List.of(delete.key()));
          }
        }
      }
    }
    return told;
  }

  Manifest slice(String name) {
    return objects.get(new ObjectKey("EndpointSlice", "default", name)).orElseThrow();
  }

  /**
   * The endpoints of a slice as {@code POD ADDRESS CONDITIONS}: r ready, s serving, t terminating.
   */
  List<String> endpoints(String slice) {
    List<String> told = new ArrayList<>();
    for (JsonNode endpoint : slice(slice).at("/endpoints")) {
      JsonNode conditions = endpoint.path("conditions");
      told.add(
          endpoint.at("/targetRef/name").asText()
              + " "
              + endpoint.at("/addresses/0").asText()
              + " "
              + (conditions.path("ready").asBoolean() ? "r" : "-")
              + (conditions.path("serving").asBoolean() ? "s" : "-")
              + (conditions.path("terminating").asBoolean() ? "t" : "-"));
    }
    return told;
  }

  static String pod(String name, String address, String app) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s, labels: {app: %3$s}}
    spec: {nodeName: node-a, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
    status:
      phase: Running
      podIPs: [{ip: %2$s}, {ip: "fd00::%1$s"}]
      conditions: [{type: Ready, status: "True"}]
    """
        .formatted(name, address, app);
  }
}
