package io.pointsman.agent.system;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the whole heap when that pays. The serial collector by itself never does: it widens the
 * old generation for whatever outlives the young one, up to a quarter of the machine's memory, and
 * the few kilobytes that each change leaves behind would stay resident for months. Its options let
 * it give back what a full collection frees.
 *
 * <p>Not safe for use by several threads.
 */
public final class HeapUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(HeapUpkeep.class);

  /** A collection takes 2 to 3 ms for each megabyte that is live, in which changes wait. */
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private static final long SLACK = 16L << 20;

  private final LongSupplier used;
  private final Runnable collector;
  private final LongSupplier clock;

  /** Bytes after the last collection; none before the first, as nobody knows what is live then. */
  private long live;

  private long collected;

  /**
   * @param used bytes of the heap that hold something, live or not
   * @param collector a full collection, which is over when it returns
   * @param clock nanoseconds from any beginning
   */
  HeapUpkeep(LongSupplier used, Runnable collector, LongSupplier clock) {
    this.used = used;
    this.collector = collector;
    this.clock = clock;
    this.collected = clock.getAsLong() - SELDOM.toNanos();
  }

  /** Of the JVM that runs this. */
  public static HeapUpkeep ofThisJvm() {
    Runtime jvm = Runtime.getRuntime();
    return new HeapUpkeep(() -> jvm.totalMemory() - jvm.freeMemory(), System::gc, System::nanoTime);
  }

  /** To be called when what waited has been done. */
  public void consider() {
    long before = used.getAsLong();
    long now = clock.getAsLong();
    if (isDue(before, live, Duration.ofNanos(now - collected))) {
      collector.run();
      live = used.getAsLong();
      collected = clock.getAsLong();
      LOG.debug(
          "The heap has been collected in {} ms: {} MB were used, {} MB are",
          Duration.ofNanos(collected - now).toMillis(),
          before >> 20,
          live >> 20);
    }
  }

  /** Soon when much is wasted, seldom when something is. */
  static boolean isDue(long used, long live, Duration since) {
    boolean much = used > 2 * live + 2 * SLACK;
    boolean some = used > live + live / 4 + SLACK;
    return much || (some && since.compareTo(SELDOM) >= 0);
  }
}
