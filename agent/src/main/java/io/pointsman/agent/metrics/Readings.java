package io.pointsman.agent.metrics;

import io.pointsman.dataplane.Inventory;
import io.pointsman.net.IpFamily;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * All numbers at one moment.
 *
 * @param mode name of the backend
 * @param start when counting began
 * @param families those that are served
 * @param syncs more of the syncs of each family
 * @param flows what was done about tracked flows of each family
 * @param inventories what the kernel holds for each family
 * @param lockWaits for the xtables lock, for each family that waits for it and can tell
 * @param came changes since the start
 * @param pending changes that wait for a sync
 * @param answers of questions about health, by status
 * @param requests to the API server
 */
public record Readings(
    String mode,
    Instant start,
    Map<IpFamily, FamilyMetrics> families,
    Map<IpFamily, SyncTally> syncs,
    Map<IpFamily, FlowTally> flows,
    Map<IpFamily, Inventory> inventories,
    Map<IpFamily, Histogram> lockWaits,
    ChangeCounter.Totals came,
    ChangeCounter.Totals pending,
    Map<Probe, Map<Integer, Long>> answers,
    RequestTally requests) {
  public Readings {
    families = Collections.unmodifiableMap(new EnumMap<>(families));
    syncs = Collections.unmodifiableMap(new EnumMap<>(syncs));
    flows = Collections.unmodifiableMap(new EnumMap<>(flows));
    lockWaits = Collections.unmodifiableMap(new EnumMap<>(lockWaits));
    inventories = Collections.unmodifiableMap(new EnumMap<>(inventories));
    Map<Probe, Map<Integer, Long>> copies = new EnumMap<>(Probe.class);
    answers.forEach(
        (probe, counts) -> copies.put(probe, Collections.unmodifiableMap(new TreeMap<>(counts))));
    answers = Collections.unmodifiableMap(copies);
  }

  /** How often the question was answered, by status. */
  Map<Integer, Long> answers(Probe probe) {
    return answers.getOrDefault(probe, Map.of());
  }
}
