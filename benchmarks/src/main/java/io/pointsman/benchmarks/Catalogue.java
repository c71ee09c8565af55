package io.pointsman.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All benchmarks, in the order in which they run. */
final class Catalogue {
  private static final int CHANGES = 15;

  private Catalogue() {}

  /**
   * The benchmarks.
   *
   * @param bound how long the peer's tool may take for one load; what takes longer is stopped
   */
  static List<Benchmark> benchmarks(Duration bound) {
    FreshJvm jvm = new FreshJvm();
    List<Benchmark> all = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      all.add(new FirstSync(mode, jvm, bound, CHANGES));
      all.add(new OneChange(mode, jvm, bound, CHANGES));
    }
    return all;
  }
}
