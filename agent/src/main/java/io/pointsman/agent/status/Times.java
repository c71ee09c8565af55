package io.pointsman.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Moments and durations for people. */
final class Times {
  private Times() {}

  /** In UTC, to the second. */
  static String of(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
  }

  /** In milliseconds below ten seconds, else in seconds. */
  static String of(Duration duration) {
    return duration.compareTo(Duration.ofSeconds(10)) < 0
        ? String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6)
        : String.format(Locale.ROOT, "%.0f s", duration.toNanos() / 1e9);
  }
}
