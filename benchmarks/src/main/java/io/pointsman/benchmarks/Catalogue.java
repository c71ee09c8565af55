package io.pointsman.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** All benchmarks, in the order in which they run. */
final class Catalogue {
  private Catalogue() {}

  static List<Benchmark> benchmarks(Effort effort) {
    FreshJvm jvm = new FreshJvm();
    List<Benchmark> all = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      all.add(new FirstSync(mode, jvm, effort));
      all.add(new OneChange(mode, jvm, effort));
      all.add(new Startup(mode, effort));
      all.add(new Reaction(mode, effort));
      all.add(new FirstPacket(mode, effort));
      all.add(new Churn(mode, effort));
    }
    return all;
  }
}
