package io.pointsman.agent.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Readings, process and Java runtime as text in the format of Prometheus 0.0.4.
 *
 * <p>The runtime's come from micrometer. kube-proxy's are put beside them into the registry of the
 * Prometheus client beneath: micrometer would add a maximum to each histogram.
 */
public final class Exposition implements AutoCloseable {
  /** The media type of all texts. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /**
   * Loads the libraries, which takes some tenths of a second.
   *
   * @param readings asked at each scrape
   * @param present asked at each scrape
   * @param gates feature gates that a configuration can turn: on or off
   */
  public Exposition(
      Supplier<Readings> readings, Supplier<Present> present, Map<String, Boolean> gates) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    MultiCollector collector = () -> snapshots(readings.get(), present.get(), gates);
    registry.getPrometheusRegistry().register(collector);
  }

  /** All metrics now, but for those that have a page of their own. */
  public String scrape() {
    return registry.scrape();
  }

  private static MetricSnapshots snapshots(
      Readings readings, Present present, Map<String, Boolean> gates) {
    List<MetricSnapshot> kubeProxy = KubeProxyMetrics.of(readings, present.packets());
    List<MetricSnapshot> all =
        Stream.of(
                kubeProxy,
                OwnMetrics.of(readings, present),
                RequestMetrics.of(readings.requests()),
                KubernetesMetrics.of(Build.current(), gates, kubeProxy.size()),
                ProcessMetrics.read())
            .flatMap(List::stream)
            .toList();
    return new MetricSnapshots(all);
  }

  /**
   * Health as metrics.
   *
   * @param readings tell how often was asked
   * @param now what would be answered now
   */
  public static String health(Readings readings, Map<Probe, Boolean> now) {
    return text(SliMetrics.of(readings.answers(), now));
  }

  /** The kernel's own counts, for at most so many ports of Services in each family. */
  public static String traffic(Traffic traffic, int limit) {
    return text(TrafficMetrics.of(traffic, limit));
  }

  private static String text(List<MetricSnapshot> families) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.builder().build().write(bytes, new MetricSnapshots(families));
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
