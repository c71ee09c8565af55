package io.pointsman.agent.health;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far one family's kernel is behind the cluster.
 *
 * @param lastUpdated when the kernel last took a plan; at first when this proxy started
 * @param committed the kernel has taken a plan at least once
 * @param waiting events that no sync has taken in yet
 * @param oldestUnapplied since when something has been waiting for the kernel
 */
record FamilyHealth(
    Instant lastUpdated, boolean committed, long waiting, Optional<Instant> oldestUnapplied) {
  static FamilyHealth starting(Instant now) {
    return new FamilyHealth(now, false, 0, Optional.empty());
  }

  /** After more events arrived. Until the source is complete nobody waits for the kernel. */
  FamilyHealth queued(int events, boolean synced, Instant now) {
    return new FamilyHealth(
        lastUpdated,
        committed,
        waiting + events,
        synced ? oldestUnapplied.or(() -> Optional.of(now)) : oldestUnapplied);
  }

  /**
   * After a sync. What arrived while it ran waits for the next one. A kernel that refuses single
   * Services has taken the rest, so it counts as updated: neither a restart nor another node would
   * serve these Services better, and all others are served.
   */
  FamilyHealth after(SyncReport report, Instant now) {
    long left = Math.max(0, waiting - report.events());
    if (!(report.result() instanceof CommitResult.Committed)) {
      return new FamilyHealth(lastUpdated, committed, left, oldestUnapplied);
    }
    Instant started = now.minus(report.planning()).minus(report.committing());
    return new FamilyHealth(now, true, left, left == 0 ? Optional.empty() : Optional.of(started));
  }

  /** The same by a clock that is ahead by so much. */
  FamilyHealth shifted(Duration ahead) {
    return new FamilyHealth(
        lastUpdated.plus(ahead),
        committed,
        waiting,
        oldestUnapplied.map(since -> since.plus(ahead)));
  }

  /** False when something has waited for the kernel for so long. */
  boolean isHealthy(Duration patience, Instant now) {
    return oldestUnapplied.filter(since -> !now.isBefore(since.plus(patience))).isEmpty();
  }

  /** For how long something has waited for the kernel. */
  Duration unapplied(Instant now) {
    Duration age = oldestUnapplied.map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
