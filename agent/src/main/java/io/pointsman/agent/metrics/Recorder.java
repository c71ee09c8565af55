package io.pointsman.agent.metrics;

import io.pointsman.dataplane.Inventory;
import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes in what happens, from any thread, and gives readings. */
public final class Recorder {
  private final String mode;
  private final InstantSource clock;
  private final Instant start;
  private final ChangeCounter changes;
  private final Map<IpFamily, FamilyMetrics> families = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, SyncTally> syncs = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, FlowTally> flows = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, Inventory> inventories = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, Histogram> lockWaits = new EnumMap<>(IpFamily.class);
  private final Map<Probe, Map<Integer, Long>> answers = new EnumMap<>(Probe.class);
  private RequestTally requests = RequestTally.NONE;

  /**
   * Starts with zeros.
   *
   * @param mode name of the backend
   * @param served the families that are served
   * @param clock tells the time, now and later
   */
  public Recorder(String mode, Set<IpFamily> served, InstantSource clock) {
    this.mode = mode;
    this.clock = clock;
    this.start = clock.instant();
    this.changes = new ChangeCounter(served);
    for (IpFamily family : served) {
      families.put(family, FamilyMetrics.NONE);
      syncs.put(family, SyncTally.NONE);
      flows.put(family, FlowTally.NONE);
      inventories.put(family, Inventory.UNKNOWN);
    }
    for (Probe probe : Probe.values()) {
      answers.put(probe, new TreeMap<>(Map.of(200, 0L, 503, 0L)));
    }
  }

  /** Events came, and wait for a sync. */
  public synchronized void queued(List<ClusterEvent> events) {
    changes.queued(events);
    Instant now = clock.instant();
    families.replaceAll((family, metrics) -> metrics.queued(now));
  }

  /** A sync ended. */
  public synchronized void accept(SyncReport report) {
    changes.taken(report.family(), report.events());
    Instant now = clock.instant();
    families.computeIfPresent(
        report.family(), (family, metrics) -> metrics.after(report, start, now));
    syncs.computeIfPresent(report.family(), (family, tally) -> tally.after(report));
  }

  /** The kernel holds this now. */
  public synchronized void holds(IpFamily family, Inventory inventory) {
    inventories.put(family, inventory);
  }

  /** A tool came by the xtables lock after so long, or gave up. */
  public synchronized void lockWaited(IpFamily family, Duration wait) {
    lockWaits.merge(family, Histogram.empty(Histogram.SYNC_BOUNDS).observe(wait), Histogram::plus);
  }

  /** Stale flows were looked for, for so long, and so many were deleted. */
  public synchronized void flows(IpFamily family, Duration took, int deleted) {
    flows.computeIfPresent(family, (served, tally) -> tally.after(took, deleted));
  }

  /** A question about health was answered with this status. */
  public synchronized void answered(Probe probe, int status) {
    answers.computeIfPresent(
        probe,
        (asked, counts) -> {
          counts.merge(status, 1L, Long::sum);
          return counts;
        });
  }

  /** A request to the API server was made. */
  public synchronized void exchanged(ApiExchange exchange) {
    requests = requests.after(exchange);
  }

  /** The numbers now. */
  public synchronized Readings readings() {
    return new Readings(
        mode,
        start,
        families,
        syncs,
        flows,
        inventories,
        lockWaits,
        changes.came(),
        changes.pending(),
        answers,
        requests);
  }
}
