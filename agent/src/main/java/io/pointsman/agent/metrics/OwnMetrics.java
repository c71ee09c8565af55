package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;
import static io.pointsman.agent.metrics.Families.histogram;
import static io.pointsman.agent.metrics.KubeProxyMetrics.byFamily;

import io.pointsman.net.IpFamily;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What kube-proxy does not tell. */
final class OwnMetrics {
  private OwnMetrics() {}

  static List<MetricSnapshot> of(Readings readings, Present present) {
    return Stream.of(
            contents(readings),
            syncs(readings),
            waiting(readings, present.unapplied()),
            locks(readings),
            apiServer(present),
            certificate(present))
        .flatMap(List::stream)
        .toList();
  }

  private static List<MetricSnapshot> apiServer(Present present) {
    return List.of(
        gauge(
            "pointsman_unseen_resources",
            "Resources that the API server does not let us follow at present; /readyz names them",
            Map.of(Labels.EMPTY, (double) present.unseen())),
        gauge(
            "pointsman_unreadable_objects",
            "Objects of the API server that cannot be read at present; the status page lists them",
            Map.of(Labels.EMPTY, (double) present.unreadable())),
        counter(
            "pointsman_events_lost_total",
            "Events that were given up, as the API server refused them or did not keep pace",
            Map.of(Labels.EMPTY, (double) present.eventsLost())));
  }

  private static List<MetricSnapshot> certificate(Present present) {
    return present.certificate().stream()
        .flatMap(shown ->
            Stream.of(
                gauge(
                    "pointsman_serving_certificate_expiry_timestamp_seconds",
                    "When the certificate expires that is shown to those who ask by HTTPS",
                    Map.of(Labels.EMPTY, (double) shown.notAfter().getEpochSecond())),
                gauge(
                    "pointsman_serving_certificate_current",
                    "1 when that certificate is the one in its files; 0 when these hold what cannot"
                        + " be used, and it is an older one",
                    Map.of(Labels.EMPTY, shown.current() ? 1.0 : 0.0))))
        .toList();
  }

  private static List<MetricSnapshot> contents(Readings readings) {
    Map<IpFamily, FamilyMetrics> families = readings.families();
    return List.of(
        gauge(
            "pointsman_services",
            "Services that the kernel holds rules for",
            byFamily(families, family -> (double) family.known().services().size())),
        gauge(
            "pointsman_service_ports",
            "Ports of these Services",
            byFamily(families, family -> (double) family.contents().ports())),
        gauge(
            "pointsman_frontends",
            "Addresses with a port, and node ports, of these Services",
            byFamily(families, family -> (double) family.contents().frontends())),
        gauge(
            "pointsman_endpoints",
            "Endpoints that these ports lead to, counted once for each port",
            byFamily(families, family -> (double) family.contents().endpoints())),
        gauge(
            "pointsman_services_left_out",
            "Services that the kernel refuses",
            byFamily(families, family -> (double) family.leftOut())),
        gauge(
            "pointsman_kernel_objects",
            "Chains, rules and elements of ours in the kernel",
            by("kind", readings.inventories(), inventory -> inventory.held())),
        counter(
            "pointsman_kernel_objects_written_total",
            "Rules, chains and elements written or removed",
            byFamily(families, family -> (double) family.objectsWritten())));
  }

  private static List<MetricSnapshot> syncs(Readings readings) {
    return List.of(
        counter(
            "pointsman_syncs_total",
            "Syncs by what became of them",
            by("outcome", readings.syncs(), SyncTally::outcomes)),
        counter(
            "pointsman_refusals_total",
            "Objects that the kernel refused, by its error",
            by("errno", readings.syncs(), SyncTally::refusals)),
        counter(
            "pointsman_disturbances_total",
            "Times somebody else had touched our rules, by what that had done",
            by("outcome", readings.syncs(), tally -> lowerCase(tally.disturbances()))),
        counter(
            "pointsman_sync_seconds_total",
            "Time spent in syncs: in plans, and in comparing and the kernel",
            by(
                "stage",
                readings.syncs(),
                tally ->
                    Map.of(
                        "plan",
                        seconds(tally.planning()),
                        "kernel",
                        seconds(tally.committing())))));
  }

  private static List<MetricSnapshot> waiting(
      Readings readings, Map<IpFamily, Duration> unapplied) {
    return List.of(
        histogram(
            "pointsman_event_to_kernel_duration_seconds",
            "From the arrival of a change at this proxy to the end of the sync that took it in",
            byFamily(readings.syncs(), SyncTally::arrivals)),
        gauge(
            "pointsman_oldest_unapplied_change_seconds",
            "For how long the oldest change has waited for the kernel; 0 when none waits",
            byFamily(unapplied, OwnMetrics::seconds)));
  }

  /** Without a sample where no tool takes the lock, or none can tell. */
  private static List<MetricSnapshot> locks(Readings readings) {
    return readings.lockWaits().isEmpty()
        ? List.of()
        : List.of(
            histogram(
                "pointsman_iptables_lock_wait_seconds",
                "How long iptables-restore waited for the xtables lock",
                byFamily(readings.lockWaits(), waits -> waits)));
  }

  private static Map<String, Long> lowerCase(Map<SyncTally.Disturbance, Long> counts) {
    Map<String, Long> named = new LinkedHashMap<>();
    counts.forEach(
        (kind, count) -> named.put(kind.name().toLowerCase(java.util.Locale.ROOT), count));
    return named;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static <V, K, N extends Number> Map<Labels, Double> by(
      String label, Map<IpFamily, V> families, Function<V, Map<K, N>> parts) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    families.forEach((family, value) ->
        parts
            .apply(value)
            .forEach((part, number) ->
                values.put(
                    Labels.of("ip_family", family.toString(), label, part.toString()),
                    number.doubleValue())));
    return values;
  }
}
