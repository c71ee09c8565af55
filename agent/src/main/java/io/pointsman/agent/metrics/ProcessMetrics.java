package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.gauge;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** This process under the names that all Prometheus clients give it. */
final class ProcessMetrics {
  /** proc_pid_status(5). */
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  static List<MetricSnapshot> read() {
    UnixOperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    List<String> status = status();
    return List.of(
        counter(
            "process_cpu_seconds_total",
            "User and system time spent",
            one(system.getProcessCpuTime() / 1e9)),
        gauge(
            "go_goroutines",
            "Threads of this process; it has no goroutines, but dashboards ask for them",
            one(ManagementFactory.getThreadMXBean().getThreadCount())),
        gauge("process_resident_memory_bytes", "Memory in RAM", one(kilobytes(status, "VmRSS:"))),
        gauge("process_virtual_memory_bytes", "Address space", one(kilobytes(status, "VmSize:"))),
        gauge(
            "process_start_time_seconds",
            "Start, since the epoch",
            one(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3)),
        gauge(
            "process_open_fds",
            "Open file descriptors",
            one((double) system.getOpenFileDescriptorCount())),
        gauge(
            "process_max_fds",
            "Limit of open file descriptors",
            one((double) system.getMaxFileDescriptorCount())));
  }

  private static Map<Labels, Double> one(double value) {
    return Map.of(Labels.EMPTY, value);
  }

  private static List<String> status() {
    try {
      return Files.readAllLines(STATUS);
    } catch (IOException e) {
      throw new UncheckedIOException(STATUS + " cannot be read; is /proc mounted?", e);
    }
  }

  /** The value of a line such as {@code VmRSS: 1234 kB}, in bytes. */
  private static double kilobytes(List<String> status, String label) {
    return status.stream()
            .filter(line -> line.startsWith(label))
            .map(line -> line.substring(label.length()).replace("kB", "").strip())
            .mapToDouble(Double::parseDouble)
            .sum()
        * 1024;
  }
}
