package io.pointsman.benchmarks;

import java.util.Collection;

/** Repeated measurements of one thing. */
record Samples(Collection<Double> values) {
  /**
   * The value that this share of them does not exceed.
   *
   * @param share 0..1
   */
  Measure quantile(double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return new Measure.Missing("not measured");
    }
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return new Measure.Value(sorted[Math.clamp(index, 0, sorted.length - 1)]);
  }
}
