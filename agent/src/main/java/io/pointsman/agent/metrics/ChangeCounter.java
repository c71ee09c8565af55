package io.pointsman.agent.metrics;

import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts changes that came and those that wait for a sync. Not safe for several threads. */
final class ChangeCounter {
  /** Numbers of changes since the start. */
  record Totals(long events, long services, long slices) {
    Totals plus(ClusterEvent event) {
      return switch (event) {
        case ClusterEvent.ServiceSet ignored -> new Totals(events + 1, services + 1, slices);
        case ClusterEvent.ServiceGone ignored -> new Totals(events + 1, services + 1, slices);
        case ClusterEvent.SliceSet ignored -> new Totals(events + 1, services, slices + 1);
        case ClusterEvent.SliceGone ignored -> new Totals(events + 1, services, slices + 1);
        case ClusterEvent.NodeSet ignored -> new Totals(events + 1, services, slices);
        case ClusterEvent.NodeGone ignored -> new Totals(events + 1, services, slices);
        case ClusterEvent.ServiceCidrSet ignored -> new Totals(events + 1, services, slices);
        case ClusterEvent.ServiceCidrGone ignored -> new Totals(events + 1, services, slices);
      };
    }
  }

  private final Map<IpFamily, Long> taken = new EnumMap<>(IpFamily.class);
  private final Deque<Totals> waiting = new ArrayDeque<>();
  private Totals came = new Totals(0, 0, 0);
  private Totals applied = came;

  ChangeCounter(Set<IpFamily> families) {
    families.forEach(family -> taken.put(family, 0L));
  }

  void queued(List<ClusterEvent> batch) {
    for (ClusterEvent event : batch) {
      came = came.plus(event);
    }
    waiting.addLast(came);
  }

  /** A sync of one family took in so many events, in the order in which they were queued. */
  void taken(IpFamily family, int events) {
    taken.merge(family, (long) events, Long::sum);
    long slowest = taken.values().stream().mapToLong(Long::longValue).min().orElse(0);
    while (!waiting.isEmpty() && waiting.getFirst().events() <= slowest) {
      applied = waiting.removeFirst();
    }
  }

  Totals came() {
    return came;
  }

  /** What at least one family has not taken in. */
  Totals pending() {
    return new Totals(
        came.events() - applied.events(),
        came.services() - applied.services(),
        came.slices() - applied.slices());
  }
}
