package io.pointsman.lab.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The next step of a Deployment: never more pods than replicas and surge, never fewer ready ones
 * than the replicas without those that may be missing. Pods that terminate count for neither.
 *
 * @param made how many pods of the present template are to be made
 * @param gone the pods to delete
 */
record Rollout(int made, List<PodState> gone) {
  /** Who can go first: without a node, not ready, youngest. */
  private static final Comparator<PodState> EXPENDABLE =
      Comparator.<PodState, Boolean>comparing(pod -> !pod.node().isEmpty())
          .thenComparing(PodState::ready)
          .thenComparing(PodState::created, Comparator.reverseOrder())
          .thenComparing(PodState::key);

  Rollout {
    gone = List.copyOf(gone);
  }

  /**
   * @param pods all pods that the Deployment owns
   */
  static Rollout of(DeploymentSpec spec, List<PodState> pods) {
    List<PodState> fresh = active(pods).stream().filter(spec::isNew).toList();
    List<PodState> old = active(pods).stream().filter(pod -> !spec.isNew(pod)).toList();
    if (spec.paused()) {
      return paused(spec, fresh, old);
    }
    return spec.recreate() ? recreated(spec, fresh, pods) : rolled(spec, fresh, old);
  }

  private static List<PodState> active(List<PodState> pods) {
    return pods.stream().filter(PodState::isActive).sorted(EXPENDABLE).toList();
  }

  /** Only the number of pods is kept up, with old ones if there are any left to scale down. */
  private static Rollout paused(DeploymentSpec spec, List<PodState> fresh, List<PodState> old) {
    int surplus = fresh.size() + old.size() - spec.replicas();
    List<PodState> gone = new ArrayList<>(old);
    gone.addAll(fresh);
    return new Rollout(
        Math.max(0, -surplus), gone.subList(0, Math.min(gone.size(), Math.max(0, surplus))));
  }

  private static Rollout recreated(DeploymentSpec spec, List<PodState> fresh, List<PodState> pods) {
    List<PodState> gone = new ArrayList<>(surplus(spec, fresh));
    active(pods).stream().filter(pod -> !spec.isNew(pod)).forEach(gone::add);
    boolean oldLeft = pods.stream().anyMatch(pod -> !pod.ended() && !spec.isNew(pod));
    return new Rollout(oldLeft ? 0 : Math.max(0, spec.replicas() - fresh.size()), gone);
  }

  private static Rollout rolled(DeploymentSpec spec, List<PodState> fresh, List<PodState> old) {
    int total = fresh.size() + old.size();
    int made =
        Math.max(
            0, Math.min(spec.replicas() - fresh.size(), spec.replicas() + spec.surge() - total));
    List<PodState> surplus = surplus(spec, fresh);
    List<PodState> gone = new ArrayList<>(surplus);
    List<PodState> staying = fresh.subList(surplus.size(), fresh.size());
    int least = spec.replicas() - spec.unavailable();
    long coming = staying.stream().filter(pod -> !pod.ready()).count();
    long ready = Stream.concat(staying.stream(), old.stream()).filter(PodState::ready).count();
    // An old pod that is not ready may still become it; a new one that never does must not use up
    // what is left of the old ones.
    long enough = Math.max(0, old.size() + staying.size() - least - coming);
    old.stream().filter(pod -> !pod.ready()).limit(enough).forEach(gone::add);
    old.stream().filter(PodState::ready).limit(Math.max(0, ready - least)).forEach(gone::add);
    return new Rollout(made, gone);
  }

  /** What is too much of the present template. */
  private static List<PodState> surplus(DeploymentSpec spec, List<PodState> fresh) {
    return fresh.subList(0, Math.max(0, fresh.size() - spec.replicas()));
  }
}
