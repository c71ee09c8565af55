package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;
import static io.pointsman.agent.metrics.Families.histogram;

import io.pointsman.dataplane.Inventory;
import io.pointsman.dataplane.PacketCounter;
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

  static List<MetricSnapshot> of(Readings readings, Map<PacketCounter, Long> packets) {
    return Stream.of(
            syncs(readings),
            packets(packets),
            failures(readings),
            rules(readings),
            flows(readings),
            changes(readings),
            health(readings))
        .flatMap(List::stream)
        .toList();
  }

  private static List<MetricSnapshot> syncs(Readings readings) {
    return List.of(
        histogram(
            SYNC + "duration_seconds",
            "How long syncs took",
            byFamily(readings.families(), family -> family.full().plus(family.partial()))),
        histogram(
            "kubeproxy_sync_full_proxy_rules_duration_seconds",
            "How long syncs took that knew nothing of the kernel",
            byFamily(readings.families(), FamilyMetrics::full)),
        histogram(
            "kubeproxy_sync_partial_proxy_rules_duration_seconds",
            "How long syncs took that wrote the difference to the one before",
            byFamily(readings.families(), FamilyMetrics::partial)),
        histogram(
            "kubeproxy_network_programming_duration_seconds",
            "From the cause of a change of endpoints to the kernel",
            byFamily(readings.families(), FamilyMetrics::programming)),
        gauge(
            SYNC + "last_timestamp_seconds",
            "When the kernel last took a sync",
            byFamily(readings.families(), family -> seconds(family.lastSync()))),
        gauge(
            SYNC + "last_queued_timestamp_seconds",
            "When a sync was last asked for",
            byFamily(readings.families(), family -> seconds(family.lastQueued()))),
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

  private static List<MetricSnapshot> packets(Map<PacketCounter, Long> packets) {
    return packets.entrySet().stream()
        .map(count ->
            switch (count.getKey()) {
              case INVALID_DROPPED ->
                  counter(
                      "kubeproxy_iptables_ct_state_invalid_dropped_packets_total",
                      "Packets dropped as they belong to no connection that is known",
                      Map.of(Labels.EMPTY, (double) count.getValue()));
              case LOCALHOST_NODE_PORT_ACCEPTED ->
                  counter(
                      "kubeproxy_iptables_localhost_nodeports_accepted_packets_total",
                      "Connections to node ports on loopback addresses that were accepted",
                      Map.of(Labels.EMPTY, (double) count.getValue()));
            })
        .toList();
  }

  private static List<MetricSnapshot> failures(Readings readings) {
    Map<Labels, Double> all = byFamily(readings.families(), family -> (double) family.failures());
    return readings.mode().equals("iptables")
        ? List.of(
            counter(
                SYNC + "iptables_restore_failures_total",
                "Syncs that iptables-restore refused in part or whole",
                all),
            counter(
                SYNC + "iptables_partial_restore_failures_total",
                "Those among them that were not full",
                byFamily(readings.families(), family -> (double) family.partialFailures())))
        : List.of(
            counter(
                SYNC + readings.mode() + "_sync_failures_total",
                "Syncs that the kernel refused in part or whole",
                all));
  }

  private static List<MetricSnapshot> rules(Readings readings) {
    return readings.mode().equals("iptables")
        ? List.of(
            gauge(
                SYNC + "iptables_total",
                "Rules of ours in each table",
                byTable(readings, Inventory::held)),
            gauge(
                SYNC + "iptables_last",
                "Rules that the last sync wrote to each table",
                byTable(readings, Inventory::written)))
        : List.of();
  }

  private static Map<Labels, Double> byTable(
      Readings readings, Function<Inventory, Map<String, Long>> part) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    readings
        .inventories()
        .forEach((family, inventory) -> {
          for (String table : List.of("filter", "nat")) {
            values.put(
                Labels.of("ip_family", family.toString(), "table", table),
                (double) part.apply(inventory).getOrDefault(table + " rules", 0L));
          }
        });
    return values;
  }

  private static List<MetricSnapshot> flows(Readings readings) {
    return List.of(
        histogram(
            "kubeproxy_conntrack_reconciler_sync_duration_seconds",
            "How long it took to delete stale flows, where a sync had left any to look for",
            byFamily(readings.flows(), FlowTally::duration)),
        counter(
            "kubeproxy_conntrack_reconciler_deleted_entries_total",
            "Stale flows that were deleted",
            byFamily(readings.flows(), flows -> (double) flows.deleted())));
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
        counter(
            "kubeproxy_proxy_healthz_total",
            "Answers of /healthz",
            byCode(readings.answers(Probe.HEALTHZ))),
        counter(
            "kubeproxy_proxy_livez_total",
            "Answers of /livez",
            byCode(readings.answers(Probe.LIVEZ))));
  }

  private static Map<Labels, Double> byCode(Map<Integer, Long> answers) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    answers.forEach((code, count) -> values.put(Labels.of("code", "" + code), (double) count));
    return values;
  }

  static <V, T> Map<Labels, T> byFamily(Map<IpFamily, V> families, Function<V, T> value) {
    Map<Labels, T> values = new LinkedHashMap<>();
    families.forEach((family, known) ->
        values.put(Labels.of("ip_family", family.toString()), value.apply(known)));
    return values;
  }

  private static double seconds(Optional<Instant> moment) {
    return moment.map(at -> at.getEpochSecond() + at.getNano() / 1e9).orElse(0.0);
  }
}
