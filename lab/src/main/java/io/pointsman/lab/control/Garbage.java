package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes slices and pods whose owner is gone, as the garbage collector does in the background; who
 * is still owned by another, or by an object of a kind that is not followed, stays.
 */
final class Garbage implements Controller {
  private static final Set<String> FOLLOWED = Set.of(Kind.SERVICE.word(), Kind.DEPLOYMENT.word());

  @Override
  public List<Change> changes(ClusterObjects objects) {
    Set<String> owners = new HashSet<>();
    for (Kind kind : List.of(Kind.SERVICE, Kind.DEPLOYMENT)) {
      kind.in(objects).forEach(owner -> owners.add(owner.at("/metadata/uid").asText()));
    }
    List<Change> changes = new ArrayList<>();
    for (Kind kind : List.of(Kind.SLICE, Kind.POD)) {
      for (Manifest object : kind.in(objects)) {
        boolean terminating = !object.at("/metadata/deletionTimestamp").isMissingNode();
        if (!terminating && isLeft(object.at("/metadata/ownerReferences"), owners)) {
          changes.add(new Change.Delete(object.key(), object.at("/metadata/uid").asText()));
        }
      }
    }
    return changes;
  }

  private static boolean isLeft(JsonNode references, Set<String> owners) {
    for (JsonNode reference : references) {
      if (!FOLLOWED.contains(reference.path("kind").asText())
          || owners.contains(reference.path("uid").asText())) {
        return false;
      }
    }
    return !references.isEmpty();
  }
}
