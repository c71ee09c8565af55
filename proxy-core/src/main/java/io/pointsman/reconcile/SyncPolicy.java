package io.pointsman.reconcile;

import java.time.Duration;

/**
 * When to synchronise.
 *
 * @param minimumInterval from the end of one sync to the start of the next
 * @param firstRetry how soon a failed sync is tried again; doubled at each further failure
 * @param lastRetry the longest wait between two attempts
 */
public record SyncPolicy(Duration minimumInterval, Duration firstRetry, Duration lastRetry) {
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /**
   * The pause after a sync: as long as it took, so that a storm cannot keep a processor busy for
   * more than half of the time, but no longer than a second, and the minimum at least. A change
   * that comes later than that goes at once.
   */
  public Duration restAfter(Duration took) {
    Duration rest = took.compareTo(LONGEST_REST) < 0 ? took : LONGEST_REST;
    return rest.compareTo(minimumInterval) > 0 ? rest : minimumInterval;
  }

  /** The wait before the next attempt after so many failures in a row, at least one. */
  public Duration retryAfter(int failures) {
    Duration wait = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
    return wait.compareTo(lastRetry) > 0 ? lastRetry : wait;
  }
}
