package io.pointsman.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that starts with the clock of the day and then goes on evenly, whatever becomes of that:
 * for how long something takes, which a corrected date must not change.
 *
 * @param start what the clock of the day said at the start
 * @param nanoTime of the start, of {@link System#nanoTime}
 */
record SteadyClock(Instant start, long nanoTime) implements InstantSource {
  /** Starts now. */
  static SteadyClock starting(InstantSource clockOfTheDay) {
    return new SteadyClock(clockOfTheDay.instant(), System.nanoTime());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - nanoTime);
  }

  /**
   * By how much the clock of the day has been set forward since the start, in whole milliseconds.
   */
  Duration behind(InstantSource clockOfTheDay) {
    return Duration.ofMillis(Duration.between(instant(), clockOfTheDay.instant()).toMillis());
  }
}
