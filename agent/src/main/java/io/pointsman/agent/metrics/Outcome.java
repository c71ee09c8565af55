package io.pointsman.agent.metrics;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.reconcile.SyncReport;
import java.util.Locale;

/** What became of a sync. */
public enum Outcome {
  /** The kernel holds the whole plan. */
  COMMITTED,
  /** The kernel holds the plan but for single Services that it refuses. */
  IN_PART,
  /** The kernel refused, and holds what it held before. */
  REFUSED,
  /** The kernel, or the tool that writes to it, gave no answer. */
  UNKNOWN;

  /** Of this sync. */
  public static Outcome of(SyncReport report) {
    return switch (report.result()) {
      case CommitResult.Committed ignored -> report.leftOut().isEmpty() ? COMMITTED : IN_PART;
      case CommitResult.Rejected ignored -> REFUSED;
      case CommitResult.Unknown ignored -> UNKNOWN;
    };
  }

  /** As the label says it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
