package io.pointsman.benchmarks;

import java.time.Duration;

/**
 * How much to do for a figure.
 *
 * @param commits of one changed endpoint each, beside as many by the peer's tool
 * @param starts of the agent, for each kind
 * @param changes of one endpoint, one after the other, observed by connections
 * @param connections to time
 * @param churn for how long endpoints change as fast as the target says
 * @param idle for how long an agent without work is watched
 * @param bound how long the peer's tool may take for one load; what takes longer is stopped
 */
record Effort(
    int commits,
    int starts,
    int changes,
    int connections,
    Duration churn,
    Duration idle,
    Duration bound) {
  /** What the targets ask for. */
  static Effort whole(Duration bound) {
    return new Effort(15, 5, 500, 5000, Duration.ofSeconds(60), Duration.ofSeconds(60), bound);
  }

  /** Enough to see a change of some tenths. */
  static Effort quick(Duration bound) {
    return new Effort(15, 3, 200, 2000, Duration.ofSeconds(15), Duration.ofSeconds(15), bound);
  }

  /** Just enough to run every line. */
  static Effort least() {
    return new Effort(
        2, 1, 2, 2, Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMinutes(1));
  }
}
