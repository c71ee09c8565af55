package io.pointsman.agent.metrics;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is counted of one family's syncs beyond what kube-proxy counts.
 *
 * @param outcomes syncs by what became of them
 * @param disturbances times somebody else had touched our rules, by what that had done
 * @param refusals what the kernel refused, by the name of its error; {@code unknown} without one
 * @param arrivals from the arrival of a change here to the end of its sync
 * @param planning spent in plans
 * @param committing spent in comparing and in the kernel
 */
record SyncTally(
    Map<Outcome, Long> outcomes,
    Map<Disturbance, Long> disturbances,
    Map<String, Long> refusals,
    Histogram arrivals,
    Duration planning,
    Duration committing) {
  /** What somebody else did to our rules. */
  enum Disturbance {
    /** They were as they should be. */
    HARMLESS,
    /** They were not, and are again. */
    REPAIRED,
    /** Not repaired by the sync that found it; the next one tries again. */
    NOT_REPAIRED;

    static Disturbance of(SyncReport report) {
      return switch (report.result()) {
        case CommitResult.Committed ignored -> report.found().isEmpty() ? HARMLESS : REPAIRED;
        case CommitResult.Rejected ignored -> NOT_REPAIRED;
        case CommitResult.Unknown ignored -> NOT_REPAIRED;
      };
    }
  }

  static final SyncTally NONE =
      new SyncTally(
          zeros(Outcome.class),
          zeros(Disturbance.class),
          Map.of(),
          Histogram.empty(Histogram.SYNC_BOUNDS),
          Duration.ZERO,
          Duration.ZERO);

  SyncTally after(SyncReport report) {
    return new SyncTally(
        counted(outcomes, Outcome.of(report)),
        report.repairing() ? counted(disturbances, Disturbance.of(report)) : disturbances,
        refused(report),
        report.events() > 0 && report.result() instanceof CommitResult.Committed
            ? arrivals.observe(report.waited())
            : arrivals,
        planning.plus(report.planning()),
        committing.plus(report.committing()));
  }

  private Map<String, Long> refused(SyncReport report) {
    if (report.refusals().isEmpty()) {
      return refusals;
    }
    Map<String, Long> changed = new TreeMap<>(refusals);
    report
        .refusals()
        .forEach(refusal -> changed.merge(refusal.errno().orElse("unknown"), 1L, Long::sum));
    return Collections.unmodifiableMap(changed);
  }

  private static <K extends Enum<K>> Map<K, Long> zeros(Class<K> kinds) {
    Map<K, Long> counts = new EnumMap<>(kinds);
    for (K kind : kinds.getEnumConstants()) {
      counts.put(kind, 0L);
    }
    return Collections.unmodifiableMap(counts);
  }

  private static <K extends Enum<K>> Map<K, Long> counted(Map<K, Long> counts, K kind) {
    Map<K, Long> changed = new EnumMap<>(counts);
    changed.merge(kind, 1L, Long::sum);
    return Collections.unmodifiableMap(changed);
  }
}
