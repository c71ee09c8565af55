package io.pointsman.lab.fault;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Bounded waits for what no event tells. */
public final class Await {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  // Forty connections at each look use up fewer source ports until the limit than there are.
  private static final long PAUSE_NANOS = 200_000_000;

  private Await() {}

  /**
   * Asks until the answer is yes.
   *
   * @param last what to tell when it never is
   */
  public static void until(Callable<Boolean> condition, Supplier<String> last) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + last.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
