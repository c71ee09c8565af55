package io.pointsman.reconcile;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What one sync of one family did. Log, metrics and health are made from it.
 *
 * @param family the family
 * @param events how many events it took in
 * @param waited from the arrival of the oldest of these events to the end of the sync
 * @param planning folding and planning
 * @param committing compiling, comparing and the kernel's part
 * @param plan what the kernel was asked to hold; equal to the plan of the report before where
 *     nothing changed, so that {@code PersistentMap.difference} tells what did
 * @param result the kernel's answer; a kernel that cannot be asked counts as unknown
 * @param leftOut Services left out because the kernel refused their rules
 * @param problems diagnostics that are new since the last report
 * @param refusals what the kernel refused on the way, also where the rest was then committed
 * @param repairing somebody else had touched our rules, so that the kernel was read first
 * @param found what was then found, as {@code Dataplane.drift} says it, the first lines of it;
 *     empty when our rules were as they should be
 */
public record SyncReport(
    IpFamily family,
    int events,
    Duration waited,
    Duration planning,
    Duration committing,
    FamilyPlan plan,
    CommitResult result,
    Set<ObjectName> leftOut,
    List<Diagnostic> problems,
    List<CommitResult.Refusal> refusals,
    boolean repairing,
    List<String> found) {
  public SyncReport {
    leftOut = Set.copyOf(leftOut);
    problems = List.copyOf(problems);
    refusals = List.copyOf(refusals);
    found = List.copyOf(found);
  }

  /** True when the kernel holds the whole plan. */
  public boolean isComplete() {
    return result instanceof CommitResult.Committed && leftOut.isEmpty();
  }
}
