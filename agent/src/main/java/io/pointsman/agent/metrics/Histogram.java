package io.pointsman.agent.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How often something took how long, or was how large.
 *
 * @param bounds upper bounds of the buckets, in seconds or bytes, rising; what is more has a bucket
 *     without bound
 * @param counts for each bucket, the one without bound last, how many fell into it and no lower one
 * @param sum in seconds or bytes
 */
record Histogram(List<Double> bounds, List<Long> counts, double sum) {
  /** Of syncs: 1 ms doubled up to 16.384 s. */
  static final List<Double> SYNC_BOUNDS = doubled(0.001, 15);

  /** Of the way of a change from its cause to the kernel: fine up to a minute, then coarser. */
  static final List<Double> PROGRAMMING_BOUNDS = programmingBounds();

  Histogram {
    bounds = List.copyOf(bounds);
    counts = List.copyOf(counts);
  }

  static Histogram empty(List<Double> bounds) {
    return new Histogram(bounds, java.util.Collections.nCopies(bounds.size() + 1, 0L), 0);
  }

  Histogram observe(Duration duration) {
    return observe(duration.toNanos() / 1e9);
  }

  Histogram observe(double value) {
    int bucket = 0;
    while (bucket < bounds.size() && value > bounds.get(bucket)) {
      bucket++;
    }
    List<Long> changed = new ArrayList<>(counts);
    changed.set(bucket, counts.get(bucket) + 1);
    return new Histogram(bounds, changed, sum + value);
  }

  /** Both together; the other has the same bounds. */
  Histogram plus(Histogram other) {
    List<Long> added = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      added.add(counts.get(i) + other.counts.get(i));
    }
    return new Histogram(bounds, added, sum + other.sum);
  }

  private static List<Double> doubled(double first, int count) {
    List<Double> bounds = new ArrayList<>();
    double bound = first;
    for (int i = 0; i < count; i++) {
      bounds.add(bound);
      bound *= 2;
    }
    return bounds;
  }

  private static List<Double> programmingBounds() {
    List<Double> bounds = new ArrayList<>(List.of(0.25, 0.5));
    addRange(bounds, 1, 59, 1);
    addRange(bounds, 60, 115, 5);
    addRange(bounds, 120, 300, 30);
    return bounds;
  }

  private static void addRange(List<Double> bounds, int first, int last, int step) {
    for (int bound = first; bound <= last; bound += step) {
      bounds.add((double) bound);
    }
  }
}
