package io.pointsman.kubernetes;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts: doubled each time up to a limit, then spread over half to one
 * and a half of that, so that the nodes of a cluster do not come back in step.
 */
final class Backoff {
  private final Duration first;
  private final Duration limit;
  private final RandomGenerator random;
  private Duration next;

  Backoff(Duration first, Duration limit, RandomGenerator random) {
    this.first = first;
    this.limit = limit;
    this.random = random;
    this.next = first;
  }

  /** The pause before the next attempt. */
  Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(limit) > 0 ? limit : doubled;
    return Duration.ofNanos((long) (pause.toNanos() * (0.5 + random.nextDouble())));
  }

  /**
   * The pause before the next attempt, when somebody asked for one.
   *
   * @param asked is kept, and spread by up to half of itself, as all were asked the same
   */
  Duration atLeast(Duration asked) {
    Duration spread = Duration.ofNanos((long) (asked.toNanos() * (1 + random.nextDouble() / 2)));
    Duration own = next();
    return spread.compareTo(own) > 0 ? spread : own;
  }

  /** There was progress: begin again with the shortest pause. */
  void reset() {
    next = first;
  }
}
