package io.pointsman.agent.status;

import io.pointsman.agent.metrics.Outcome;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is remembered of a sync.
 *
 * @param ended when it ended
 * @param family the family
 * @param outcome what became of it
 * @param events how many events it took in
 * @param objects written or removed; 0 unless it was committed
 * @param waited from the arrival of its oldest event to its end
 * @param planning spent in the plan
 * @param committing spent in comparing and in the kernel
 * @param repairing somebody else had touched our rules
 * @param found how our rules then differed from what they should be
 * @param troubles what the kernel refused or left open
 */
public record SyncLine(
    Instant ended,
    IpFamily family,
    Outcome outcome,
    int events,
    int objects,
    Duration waited,
    Duration planning,
    Duration committing,
    boolean repairing,
    List<String> found,
    List<String> troubles) {
  public SyncLine {
    found = List.copyOf(found);
    troubles = List.copyOf(troubles);
  }

  static SyncLine of(SyncReport report, Instant now) {
    return new SyncLine(
        now,
        report.family(),
        Outcome.of(report),
        report.events(),
        report.result() instanceof CommitResult.Committed(int objects) ? objects : 0,
        report.waited(),
        report.planning(),
        report.committing(),
        report.repairing(),
        report.found(),
        troubles(report));
  }

  /** For a person: a line, and one more for each thing that was found or went wrong. */
  public String print() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s %s %s: %d events, %d objects, waited %d ms, plan %d ms, kernel %d ms%s%n"
            .formatted(
                ended,
                family,
                outcome.name().toLowerCase(Locale.ROOT),
                events,
                objects,
                waited.toMillis(),
                planning.toMillis(),
                committing.toMillis(),
                repairing ? "; somebody else had touched the rules" : ""));
    found.forEach(line -> text.append("  found: ").append(line).append('\n'));
    troubles.forEach(line -> text.append("  trouble: ").append(line).append('\n'));
    return text.toString();
  }

  private static List<String> troubles(SyncReport report) {
    Stream<String> unknown =
        report.result() instanceof CommitResult.Unknown(String reason)
            ? Stream.of(reason)
            : Stream.empty();
    return Stream.of(
            report.refusals().stream().map(CommitResult.Refusal::toString),
            report.leftOut().stream().sorted().map(name -> name + " is left out"),
            unknown)
        .flatMap(Function.identity())
        .toList();
  }
}
