package io.pointsman.agent.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Readings, process and Java runtime as text in the format of Prometheus 0.0.4.
 *
 * <p>The runtime's come from micrometer. kube-proxy's are put beside them into the registry of the
 * Prometheus client beneath: micrometer would add a maximum to each histogram.
 */
public final class Exposition implements AutoCloseable {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /**
   * Loads the libraries, which takes some tenths of a second.
   *
   * @param readings asked at each scrape
   */
  public Exposition(Supplier<Readings> readings) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    MultiCollector collector = () -> snapshots(readings.get());
    registry.getPrometheusRegistry().register(collector);
  }

  /** All metrics now. */
  public String scrape() {
    return registry.scrape();
  }

  private static MetricSnapshots snapshots(Readings readings) {
    List<MetricSnapshot> all =
        Stream.of(KubeProxyMetrics.of(readings), OwnMetrics.of(readings), ProcessMetrics.read())
            .flatMap(List::stream)
            .toList();
    return new MetricSnapshots(all);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
