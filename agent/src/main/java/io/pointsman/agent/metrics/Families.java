package io.pointsman.agent.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;

/** Metric families of the Prometheus client, with names exactly as given. */
final class Families {
  private Families() {}

  static MetricSnapshot gauge(String name, String help, Map<Labels, Double> values) {
    GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
    values.forEach((labels, value) ->
        family.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
    return family.build();
  }

  /** The name ends in {@code _total}, which the library takes for granted. */
  static MetricSnapshot counter(String name, String help, Map<Labels, Double> values) {
    String stem = name.substring(0, name.length() - "_total".length());
    CounterSnapshot.Builder family = CounterSnapshot.builder().name(stem).help(help);
    values.forEach((labels, value) ->
        family.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build()));
    return family.build();
  }

  static MetricSnapshot histogram(String name, String help, Map<Labels, Histogram> values) {
    HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
    values.forEach((labels, value) -> {
      ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
      for (int i = 0; i < value.counts().size(); i++) {
        boolean bounded = i < value.bounds().size();
        buckets.bucket(
            bounded ? value.bounds().get(i) : Double.POSITIVE_INFINITY, value.counts().get(i));
      }
      HistogramSnapshot.HistogramDataPointSnapshot.Builder point =
          HistogramSnapshot.HistogramDataPointSnapshot.builder();
      point.classicHistogramBuckets(buckets.build()).sum(value.sum()).labels(labels);
      family.dataPoint(point.build());
    });
    return family.build();
  }
}
