package io.pointsman.reconcile;

import java.time.Duration;

/**
 * When to synchronise.
 *
 * @param minimumInterval from the end of one sync to the start of the next; zero lets a lone change
 *     go at once and a storm coalesce while the kernel is busy
 * @param firstRetry how soon a failed sync is tried again; doubled at each further failure
 * @param lastRetry the longest wait between two attempts
 */
public record SyncPolicy(Duration minimumInterval, Duration firstRetry, Duration lastRetry) {
  /** The wait before the next attempt after so many failures in a row, at least one. */
  public Duration retryAfter(int failures) {
    Duration wait = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
    return wait.compareTo(lastRetry) > 0 ? lastRetry : wait;
  }
}
