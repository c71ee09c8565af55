package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;

import io.pointsman.dataplane.Hits;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpFamily;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Traffic as metrics: the busiest ports one by one, and the sum over all ports. The rest has no
 * series of its own: it would jump whenever a port comes into or leaves the busiest.
 */
final class TrafficMetrics {
  private static final Comparator<Map.Entry<ServicePortName, Hits>> BUSIEST_FIRST =
      Comparator.<Map.Entry<ServicePortName, Hits>>comparingLong(
              port -> -port.getValue().served() - port.getValue().refused())
          .thenComparing(Map.Entry::getKey);

  private TrafficMetrics() {}

  /**
   * @param limit how many ports of each family are told one by one
   */
  static List<MetricSnapshot> of(Traffic traffic, int limit) {
    return List.of(
        counter(
            "pointsman_service_connections_total",
            "Connections to this port of a Service that were given an endpoint",
            busiest(traffic, limit, Hits::served)),
        counter(
            "pointsman_service_refused_packets_total",
            "Packets to this port of a Service for which there was no endpoint",
            busiest(traffic, limit, Hits::refused)),
        counter(
            "pointsman_connections_total",
            "Connections to all Services that were given an endpoint",
            sums(traffic, Hits::served)),
        counter(
            "pointsman_refused_packets_total",
            "Packets to all Services for which there was no endpoint",
            sums(traffic, Hits::refused)),
        gauge(
            "pointsman_service_ports_not_shown",
            "Ports of Services with traffic that are in the sums only",
            notShown(traffic, limit)),
        gauge(
            "pointsman_traffic_read_timestamp_seconds",
            "When the kernel was read",
            Map.of(Labels.EMPTY, traffic.at().toEpochMilli() / 1e3)));
  }

  private static Map<Labels, Double> busiest(
      Traffic traffic, int limit, ToLongFunction<Hits> count) {
    Map<Labels, Double> values = new LinkedHashMap<>();
    traffic
        .ports()
        .forEach((family, ports) ->
            ports.entrySet().stream()
                .sorted(BUSIEST_FIRST)
                .limit(limit)
                .forEach(port ->
                    values.put(
                        labels(family, port.getKey()),
                        (double) count.applyAsLong(port.getValue()))));
    return values;
  }

  private static Labels labels(IpFamily family, ServicePortName port) {
    return Labels.of(
        "ip_family",
        family.toString(),
        "namespace",
        port.service().namespace(),
        "service",
        port.service().name(),
        "port",
        port.port(),
        "protocol",
        port.protocol().name());
  }

  private static Map<Labels, Double> sums(Traffic traffic, ToLongFunction<Hits> count) {
    return KubeProxyMetrics.byFamily(
        traffic.ports(), ports -> (double) ports.values().stream().mapToLong(count).sum());
  }

  private static Map<Labels, Double> notShown(Traffic traffic, int limit) {
    return KubeProxyMetrics.byFamily(
        traffic.ports(), ports -> (double) Math.max(0, ports.size() - limit));
  }
}
