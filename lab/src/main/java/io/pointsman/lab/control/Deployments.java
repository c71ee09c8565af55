package io.pointsman.lab.control;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The pods of Deployments (apps/v1), made and deleted so that a change of the template rolls. */
final class Deployments implements Controller {
  @Override
  public List<Change> changes(ClusterObjects objects) {
    Map<String, List<PodState>> byOwner = new HashMap<>();
    Map<String, Set<String>> names = new HashMap<>();
    for (Manifest manifest : Kind.POD.in(objects)) {
      PodState pod = PodState.of(manifest);
      names.computeIfAbsent(pod.key().namespace(), any -> new HashSet<>()).add(pod.key().name());
      byOwner.computeIfAbsent(pod.owner(), any -> new ArrayList<>()).add(pod);
    }
    List<Change> changes = new ArrayList<>();
    for (Manifest manifest : Kind.DEPLOYMENT.in(objects)) {
      DeploymentSpec spec = DeploymentSpec.of(manifest);
      List<PodState> pods = byOwner.getOrDefault(spec.uid(), List.of());
      Rollout rollout = Rollout.of(spec, pods);
      Set<String> taken = names.getOrDefault(manifest.key().namespace(), Set.of());
      changes.addAll(spec.newPods(rollout.made(), taken).stream().map(Change.Create::new).toList());
      rollout.gone().forEach(pod -> changes.add(new Change.Delete(pod.key(), pod.uid())));
      DeploymentStatus.of(spec, pods).change(manifest).ifPresent(changes::add);
    }
    return changes;
  }
}
