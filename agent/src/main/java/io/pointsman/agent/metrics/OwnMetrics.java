package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;
import static io.pointsman.agent.metrics.KubeProxyMetrics.byFamily;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** What kube-proxy does not tell. */
final class OwnMetrics {
  private OwnMetrics() {}

  static List<MetricSnapshot> of(Readings readings) {
    return List.of(
        gauge(
            "pointsman_services",
            "Services that the kernel holds rules for",
            byFamily(readings, family -> (double) family.known().services().size())),
        gauge(
            "pointsman_services_left_out",
            "Services that the kernel refuses",
            byFamily(readings, family -> (double) family.leftOut())),
        counter(
            "pointsman_kernel_objects_written_total",
            "Rules, chains and elements written or removed",
            byFamily(readings, family -> (double) family.objectsWritten())));
  }
}
