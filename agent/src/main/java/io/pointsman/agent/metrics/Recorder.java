package io.pointsman.agent.metrics;

import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
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
  private final Map<Integer, Long> healthz = new TreeMap<>(Map.of(200, 0L, 503, 0L));
  private final Map<Integer, Long> livez = new TreeMap<>(Map.of(200, 0L, 503, 0L));

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
    served.forEach(family -> families.put(family, FamilyMetrics.NONE));
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
  }

  /** {@code /healthz} was answered with this status. */
  public synchronized void healthz(int status) {
    healthz.merge(status, 1L, Long::sum);
  }

  /** {@code /livez} was answered with this status. */
  public synchronized void livez(int status) {
    livez.merge(status, 1L, Long::sum);
  }

  /** The numbers now. */
  public synchronized Readings readings() {
    return new Readings(mode, families, changes.came(), changes.pending(), healthz, livez);
  }
}
