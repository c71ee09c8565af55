package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * How far a Deployment is, in the fields that {@code kubectl rollout status} and {@code kubectl
 * get} read.
 *
 * @param pods how many it has, without those that terminate
 * @param updated how many of them are of the present template
 * @param available whether as many are ready as the strategy promises
 */
record DeploymentStatus(
    DeploymentSpec spec, int pods, int updated, int ready, int terminating, boolean available) {
  static DeploymentStatus of(DeploymentSpec spec, List<PodState> all) {
    List<PodState> active = all.stream().filter(PodState::isActive).toList();
    int ready = (int) active.stream().filter(PodState::ready).count();
    return new DeploymentStatus(
        spec,
        active.size(),
        (int) active.stream().filter(spec::isNew).count(),
        ready,
        (int) all.stream().filter(PodState::terminating).count(),
        ready >= spec.replicas() - spec.unavailable());
  }

  /** The patch that makes it known; empty when it is. */
  Optional<Change> change(Manifest deployment) {
    ObjectNode status = status(deployment.at("/metadata/generation").asInt());
    if (deployment.at("/status").equals(status)) {
      return Optional.empty();
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.set("status", status);
    return Optional.of(new Change.Merge(deployment.key(), patch));
  }

  private ObjectNode status(int generation) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status
        .put("observedGeneration", generation)
        .put("replicas", pods)
        .put("updatedReplicas", updated)
        .put("readyReplicas", ready)
        .put("availableReplicas", ready)
        .put("unavailableReplicas", Math.max(0, Math.max(pods, spec.replicas()) - ready))
        .put("terminatingReplicas", terminating);
    ArrayNode conditions = status.putArray("conditions");
    conditions
        .addObject()
        .put("type", "Available")
        .put("status", available ? "True" : "False")
        .put("reason", available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
    boolean done = updated == spec.replicas() && pods == updated && ready == updated;
    conditions
        .addObject()
        .put("type", "Progressing")
        .put("status", "True")
        .put("reason", done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated");
    return status;
  }
}
