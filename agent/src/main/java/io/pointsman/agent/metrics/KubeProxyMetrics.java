package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;
import static io.pointsman.agent.metrics.Families.histogram;

import io.pointsman.net.IpFamily;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The readings under the names that dashboards and alerts for kube-proxy use. */
final class KubeProxyMetrics {
  private static final String SYNC = "kubeproxy_sync_proxy_rules_";

  private KubeProxyMetrics() {}

  static List<MetricSnapshot> of(Readings readings) {
    return Stream.of(syncs(readings), failures(readings), changes(readings), health(readings))
        .flatMap(List::stream)
        .toList();
  }

  private static List<MetricSnapshot> syncs(Readings readings) {
    return List.of(
        histogram(
            SYNC + "duration_seconds",
            "How long syncs took",
            byFamily(readings, family -> family.full().plus(family.partial()))),
        histogram(
            "kubeproxy_sync_full_proxy_rules_duration_seconds",
            "How long syncs took that knew nothing of the kernel",
            byFamily(readings, FamilyMetrics::full)),
        histogram(
            "kubeproxy_sync_partial_proxy_rules_duration_seconds",
            "How long syncs took that wrote the difference to the one before",
            byFamily(readings, FamilyMetrics::partial)),
        histogram(
            "kubeproxy_network_programming_duration_seconds",
            "From the cause of a change of endpoints to the kernel",
            byFamily(readings, FamilyMetrics::programming)),
        gauge(
            SYNC + "last_timestamp_seconds",
            "When the kernel last took a sync",
            byFamily(readings, family -> seconds(family.lastSync()))),
        gauge(
            SYNC + "last_queued_timestamp_seconds",
            "When a sync was last asked for",
            byFamily(readings, family -> seconds(family.lastQueued()))),
        gauge(
            SYNC + "no_local_endpoints_total",
            "Service ports with endpoints, but none that policy Local lets this node use",
            gaps(readings)));
  }

  private static Map<Labels, Double> gaps(Readings readings) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    readings
        .families()
        .forEach((family, metrics) -> {
          values.put(gap("internal", family), (double) metrics.gaps().internal());
          values.put(gap("external", family), (double) metrics.gaps().external());
        });
    return values;
  }

  private static Labels gap(String policy, IpFamily family) {
    return Labels.of("ip_family", family.toString(), "traffic_policy", policy);
  }

  private static List<MetricSnapshot> failures(Readings readings) {
    Map<Labels, Double> all = byFamily(readings, family -> (double) family.failures());
    return readings.mode().equals("iptables")
        ? List.of(
            counter(
                SYNC + "iptables_restore_failures_total",
                "Syncs that iptables-restore refused in part or whole",
                all),
            counter(
                SYNC + "iptables_partial_restore_failures_total",
                "Those among them that were not full",
                byFamily(readings, family -> (double) family.partialFailures())))
        : List.of(
            counter(
                SYNC + readings.mode() + "_sync_failures_total",
                "Syncs that the kernel refused in part or whole",
                all));
  }

  private static List<MetricSnapshot> changes(Readings readings) {
    // kube-proxy has a proxier for each family, and both count each Service.
    double services = (double) readings.came().services() * readings.families().size();
    return List.of(
        counter(
            SYNC + "service_changes_total",
            "Changes of Services since the start, counted once a family",
            Map.of(Labels.EMPTY, services)),
        counter(
            SYNC + "endpoint_changes_total",
            "Changes of EndpointSlices since the start",
            Map.of(Labels.EMPTY, (double) readings.came().slices())),
        gauge(
            SYNC + "service_changes_pending",
            "Changes of Services that wait for a sync",
            Map.of(Labels.EMPTY, (double) readings.pending().services())),
        gauge(
            SYNC + "endpoint_changes_pending",
            "Changes of EndpointSlices that wait for a sync",
            Map.of(Labels.EMPTY, (double) readings.pending().slices())));
  }

  private static List<MetricSnapshot> health(Readings readings) {
    return List.of(
        counter("kubeproxy_proxy_healthz_total", "Answers of /healthz", byCode(readings.healthz())),
        counter("kubeproxy_proxy_livez_total", "Answers of /livez", byCode(readings.livez())));
  }

  private static Map<Labels, Double> byCode(Map<Integer, Long> answers) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    answers.forEach((code, count) -> values.put(Labels.of("code", "" + code), (double) count));
    return values;
  }

  static <T> Map<Labels, T> byFamily(Readings readings, Function<FamilyMetrics, T> value) {
    Map<Labels, T> values = new LinkedHashMap<>();
    readings
        .families()
        .forEach((family, metrics) ->
            values.put(Labels.of("ip_family", family.toString()), value.apply(metrics)));
    return values;
  }

  private static double seconds(Optional<Instant> moment) {
    return moment.map(at -> at.getEpochSecond() + at.getNano() / 1e9).orElse(0.0);
  }
}
