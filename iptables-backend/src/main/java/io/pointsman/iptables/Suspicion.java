package io.pointsman.iptables;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether somebody else may have changed rules of ours since all of them were last read, and
 * whether it is worth what it costs to read them all again. While nobody writes there is no
 * suspicion, and with a great many rules reading still takes but a small share of the time.
 */
final class Suspicion {
  /** Reading all rules takes one part of this many of the time at most: a hundredth. */
  private static final int PARTS = 100;

  private final OwnWrite ownWrite;
  private final LongSupplier nanoTime;

  /** The mark up to which everything was looked at. */
  private Optional<TableStamp.Mark> known = Optional.empty();

  private boolean founded;
  private long notBefore;

  /**
   * @param ownWrite shared by the families
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  Suspicion(OwnWrite ownWrite, LongSupplier nanoTime) {
    this.ownWrite = ownWrite;
    this.nanoTime = nanoTime;
    this.notBefore = nanoTime.getAsLong();
  }

  /** The tables bear this mark; what changed it since the last call was not this dataplane. */
  void look(Optional<TableStamp.Mark> now) {
    founded |=
        known.isPresent()
            && now.isPresent()
            && !now.equals(known)
            && !ownWrite.explains(known, now);
    known = now;
  }

  /** The tables bear this mark right after this dataplane wrote, and had a look before. */
  void written(Optional<TableStamp.Mark> now) {
    ownWrite.made(known, now);
    known = now;
  }

  /** The clock by which {@link #read} is told when reading began. */
  long now() {
    return nanoTime.getAsLong();
  }

  boolean isWorthReading() {
    return founded && nanoTime.getAsLong() - notBefore >= 0;
  }

  /**
   * All rules were read after the last {@link #look}.
   *
   * @param start when that began
   */
  void read(long start) {
    long end = nanoTime.getAsLong();
    founded = false;
    notBefore = end + (end - start) * (PARTS - 1);
  }
}
