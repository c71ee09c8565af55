package io.pointsman.agent.status;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is remembered for the status page.
 *
 * @param plans what the kernel holds for each family
 * @param syncs the last ones, newest first
 * @param lastTrouble the last one that the kernel did not take whole
 */
public record Board(
    Map<IpFamily, FamilyPlan> plans, List<SyncLine> syncs, Optional<SyncLine> lastTrouble) {
  /** Before the first sync. */
  public static final Board EMPTY = new Board(Map.of(), List.of(), Optional.empty());

  private static final int REMEMBERED = 20;

  public Board {
    Map<IpFamily, FamilyPlan> copy = new EnumMap<>(IpFamily.class);
    copy.putAll(plans);
    plans = Collections.unmodifiableMap(copy);
    syncs = List.copyOf(syncs);
  }

  /** After a sync that ended now. */
  public Board after(SyncReport report, Instant now) {
    SyncLine line = SyncLine.of(report, now);
    Map<IpFamily, FamilyPlan> held = new EnumMap<>(IpFamily.class);
    held.putAll(plans);
    if (report.result() instanceof CommitResult.Committed) {
      held.put(report.family(), report.plan());
    }
    return new Board(
        held,
        Stream.concat(Stream.of(line), syncs.stream()).limit(REMEMBERED).toList(),
        report.isComplete() ? lastTrouble : Optional.of(line));
  }
}
