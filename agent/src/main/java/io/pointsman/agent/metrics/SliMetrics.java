package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Health as a metric, as every component of Kubernetes tells it (KEP-3466). */
final class SliMetrics {
  private SliMetrics() {}

  /**
   * @param answers to questions about health, by status
   * @param now what each of them would be answered now: whether all is well
   */
  static List<MetricSnapshot> of(Map<Probe, Map<Integer, Long>> answers, Map<Probe, Boolean> now) {
    Map<Labels, Double> current = new LinkedHashMap<>();
    now.forEach((probe, well) ->
        current.put(Labels.of("name", probe.check(), "type", probe.type()), well ? 1.0 : 0.0));
    Map<Labels, Double> counts = new LinkedHashMap<>();
    answers.forEach((probe, byStatus) ->
        byStatus.forEach((status, count) ->
            counts.merge(
                Labels.of(
                    "name",
                    probe.check(),
                    "type",
                    probe.type(),
                    "status",
                    status == 200 ? "success" : "error"),
                (double) count,
                Double::sum)));
    return List.of(
        gauge("kubernetes_healthcheck", "Whether the check would succeed now", current),
        counter("kubernetes_healthchecks_total", "Answers of the check", counts));
  }
}
