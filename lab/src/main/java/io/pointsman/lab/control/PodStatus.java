package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import java.util.List;

/** The status of a Pod as its node tells it, as a JSON Merge Patch. */
final class PodStatus {
  private PodStatus() {}

  /** Of a pod that runs. */
  static ObjectNode running(Manifest pod, List<IpAddress> addresses, boolean ready, int restarts) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode status = patch.putObject("status");
    status.put("phase", "Running").put("podIP", addresses.getFirst().toString());
    ArrayNode all = status.putArray("podIPs");
    addresses.forEach(address -> all.addObject().put("ip", address.toString()));
    conditions(status, true, ready);
    for (ObjectNode container : containers(pod, status, ready, restarts)) {
      container.putObject("state").putObject("running");
    }
    return patch;
  }

  /** Of a pod that could not be started, and waits for another attempt. */
  static ObjectNode waiting(Manifest pod, String why, int restarts) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode status = patch.putObject("status");
    status.put("phase", "Pending").putNull("podIP").putNull("podIPs");
    conditions(status, false, false);
    for (ObjectNode container : containers(pod, status, false, restarts)) {
      container
          .putObject("state")
          .putObject("waiting")
          .put("reason", "CreateContainerError")
          .put("message", why);
    }
    return patch;
  }

  private static void conditions(ObjectNode status, boolean started, boolean ready) {
    ArrayNode conditions = status.putArray("conditions");
    condition(conditions, "PodScheduled", true);
    condition(conditions, "Initialized", started);
    condition(conditions, "ContainersReady", ready);
    condition(conditions, "Ready", ready);
  }

  private static void condition(ArrayNode conditions, String type, boolean holds) {
    conditions.addObject().put("type", type).put("status", holds ? "True" : "False");
  }

  private static List<ObjectNode> containers(
      Manifest pod, ObjectNode status, boolean ready, int restarts) {
    ArrayNode statuses = status.putArray("containerStatuses");
    List<ObjectNode> all = new java.util.ArrayList<>();
    for (JsonNode container : pod.at("/spec/containers")) {
      all.add(
          statuses
              .addObject()
              .put("name", container.path("name").asText())
              .put("image", container.path("image").asText())
              .put("ready", ready)
              .put("restartCount", restarts));
    }
    return all;
  }
}
