package io.pointsman.agent.metrics;

import io.pointsman.net.IpFamily;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * All numbers at one moment.
 *
 * @param mode name of the backend
 * @param families those that are served
 * @param came changes since the start
 * @param pending changes that wait for a sync
 * @param healthz answers of {@code /healthz} by status
 * @param livez answers of {@code /livez} by status
 */
public record Readings(
    String mode,
    Map<IpFamily, FamilyMetrics> families,
    ChangeCounter.Totals came,
    ChangeCounter.Totals pending,
    Map<Integer, Long> healthz,
    Map<Integer, Long> livez) {
  public Readings {
    families = Collections.unmodifiableMap(new EnumMap<>(families));
    healthz = Collections.unmodifiableMap(new TreeMap<>(healthz));
    livez = Collections.unmodifiableMap(new TreeMap<>(livez));
  }
}
