package io.pointsman.agent.metrics;

import io.pointsman.collect.PersistentMap;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.ServicePlan;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is counted of one family's syncs.
 *
 * @param full syncs that knew nothing of the kernel: the first, and one after an unknown outcome
 * @param partial all other syncs; they write the difference to the one before
 * @param programming from the cause of a change of endpoints to the kernel
 * @param lastSync end of the last sync that the kernel took
 * @param lastQueued when something was last asked of this family
 * @param failures syncs in which the kernel refused something or gave no answer
 * @param partialFailures those among them that were not full
 * @param objectsWritten rules, chains and elements written or removed
 * @param leftOut Services that the kernel refuses now
 * @param contents how much of the cluster the kernel serves
 * @param gaps Service ports without a local endpoint
 * @param known what the kernel holds
 */
record FamilyMetrics(
    Histogram full,
    Histogram partial,
    Histogram programming,
    Optional<Instant> lastSync,
    Optional<Instant> lastQueued,
    long failures,
    long partialFailures,
    long objectsWritten,
    int leftOut,
    Contents contents,
    LocalGaps gaps,
    Known known) {

  /**
   * What is known of the kernel.
   *
   * @param isKnown false when the next sync will have to read it
   * @param services what it was last seen to hold
   * @param inputs what that was made from
   */
  record Known(
      boolean isKnown,
      PersistentMap<ObjectName, ServicePlan> services,
      PersistentMap<ObjectName, ServiceState> inputs) {
    static final Known NOTHING = new Known(false, PersistentMap.empty(), PersistentMap.empty());
  }

  static final FamilyMetrics NONE =
      new FamilyMetrics(
          Histogram.empty(Histogram.SYNC_BOUNDS),
          Histogram.empty(Histogram.SYNC_BOUNDS),
          Histogram.empty(Histogram.PROGRAMMING_BOUNDS),
          Optional.empty(),
          Optional.empty(),
          0,
          0,
          0,
          0,
          Contents.NONE,
          LocalGaps.NONE,
          Known.NOTHING);

  FamilyMetrics queued(Instant now) {
    return new FamilyMetrics(
        full,
        partial,
        programming,
        lastSync,
        Optional.of(now),
        failures,
        partialFailures,
        objectsWritten,
        leftOut,
        contents,
        gaps,
        known);
  }

  /**
   * After a sync that ended now.
   *
   * @param start when this proxy started
   */
  FamilyMetrics after(SyncReport report, Instant start, Instant now) {
    Duration took = report.planning().plus(report.committing());
    boolean failed = !report.isComplete();
    FamilyMetrics timed =
        new FamilyMetrics(
            known.isKnown() ? full : full.observe(took),
            known.isKnown() ? partial.observe(took) : partial,
            programming,
            lastSync,
            lastQueued,
            failures + (failed ? 1 : 0),
            partialFailures + (failed && known.isKnown() ? 1 : 0),
            objectsWritten,
            report.leftOut().size(),
            contents,
            gaps,
            known);
    return switch (report.result()) {
      case CommitResult.Committed(int objects) -> timed.holding(report, objects, start, now);
      case CommitResult.Rejected ignored -> timed;
      case CommitResult.Unknown ignored ->
          timed.with(programming, lastSync, objectsWritten, contents, gaps, unknown());
    };
  }

  private FamilyMetrics holding(SyncReport report, int objects, Instant start, Instant now) {
    Histogram latencies = programming;
    for (Duration latency :
        ProgrammingLatency.between(
            report.family(), known.inputs(), report.plan().inputs(), start, now)) {
      latencies = latencies.observe(latency);
    }
    return with(
        latencies,
        Optional.of(now),
        objectsWritten + objects,
        contents.after(known.services(), report.plan().services()),
        gaps.after(known.services(), report.plan().services()),
        new Known(true, report.plan().services(), report.plan().inputs()));
  }

  private Known unknown() {
    return new Known(false, known.services(), known.inputs());
  }

  private FamilyMetrics with(
      Histogram latencies,
      Optional<Instant> synced,
      long written,
      Contents serves,
      LocalGaps seen,
      Known holds) {
    return new FamilyMetrics(
        full,
        partial,
        latencies,
        synced,
        lastQueued,
        failures,
        partialFailures,
        written,
        leftOut,
        serves,
        seen,
        holds);
  }
}
