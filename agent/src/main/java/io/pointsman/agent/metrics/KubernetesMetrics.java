package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every component of Kubernetes tells about itself (k8s.io/component-base/metrics). */
final class KubernetesMetrics {
  /** Feature gates that kube-proxy knows and that are always on here, with their stages. */
  private static final Map<String, String> FEATURES =
      Map.of(
          "ComponentFlagz", "BETA",
          "ComponentStatusz", "BETA",
          "MultiCIDRServiceAllocator", "",
          "NFTablesProxyMode", "",
          "PreferSameTrafficDistribution", "");

  /** The stages of those that a configuration can turn. */
  private static final Map<String, String> STAGES =
      Map.of("AllowServiceExternalIPs", "DEPRECATED", "LoggingAlphaOptions", "ALPHA");

  private KubernetesMetrics() {}

  /**
   * @param build this program; dashboards compare the Kubernetes version of components by it
   * @param gates feature gates that a configuration can turn: on or off
   * @param registered how many metrics have names of kube-proxy
   */
  static List<MetricSnapshot> of(Build build, Map<String, Boolean> gates, int registered) {
    return List.of(
        gauge(
            "kubernetes_build_info",
            "The version of Kubernetes that this proxy stands in for, and its own",
            Map.of(buildLabels(build), 1.0)),
        gauge("kubernetes_feature_enabled", "Feature gates: 1 on, 0 off", features(gates)),
        counter(
            "registered_metrics_total",
            "Metrics with names of kube-proxy",
            Map.of(
                Labels.of("stability_level", "ALPHA", "deprecated_version", ""),
                (double) registered)),
        counter("hidden_metrics_total", "Metrics that are hidden", Map.of(Labels.EMPTY, 0.0)),
        counter("disabled_metrics_total", "Metrics turned off", Map.of(Labels.EMPTY, 0.0)));
  }

  private static Labels buildLabels(Build build) {
    String[] numbers = build.kubernetes().split("\\.", -1);
    return Labels.of(
        "major",
        numbers[0],
        "minor",
        numbers[1],
        "git_version",
        "v" + build.kubernetes() + "+pointsman." + build.version(),
        "git_commit",
        "",
        "git_tree_state",
        "",
        "build_date",
        "",
        "go_version",
        "",
        "compiler",
        "java " + build.java(),
        "platform",
        build.platform());
  }

  private static Map<Labels, Double> features(Map<String, Boolean> gates) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    FEATURES.forEach((name, stage) -> values.put(Labels.of("name", name, "stage", stage), 1.0));
    gates.forEach((name, on) ->
        values.put(
            Labels.of("name", name, "stage", STAGES.getOrDefault(name, "")), on ? 1.0 : 0.0));
    return values;
  }
}
