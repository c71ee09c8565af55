package io.pointsman.reconcile;

import io.pointsman.collect.PersistentMap;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.plan.ServicePlan;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** One family's way from snapshot to kernel. */
final class Pipeline {
  /** Who flushes a table takes thousands of objects; some of them tell what happened. */
  private static final int MOST_LINES = 10;

  private final Dataplane dataplane;
  private final Function<ClusterSnapshot, NodeContext> contexts;
  private final LongSupplier nanoTime;
  private Optional<FamilyPlan> planned = Optional.empty();
  private Optional<FamilyPlan> reported = Optional.empty();
  private int failures;
  private boolean lost;
  private boolean repairing;
  private List<String> found = List.of();
  private long nextLook;

  Pipeline(
      Dataplane dataplane, Function<ClusterSnapshot, NodeContext> contexts, LongSupplier nanoTime) {
    this.dataplane = dataplane;
    this.contexts = contexts;
    this.nanoTime = nanoTime;
    this.nextLook = nanoTime.getAsLong();
  }

  /** How often in a row the kernel did not take the whole plan. */
  int failures() {
    return failures;
  }

  /** Nanoseconds until it is worth looking whether others touched our rules. */
  long untilNextLook() {
    return Math.max(0, nextLook - nanoTime.getAsLong());
  }

  /**
   * Looks, if it is time to, whether others touched our rules; if they did, the next sync reads the
   * kernel first and repairs. A kernel that cannot be asked now will be asked again; one whose last
   * answer was lost is read by the next attempt anyway, which a tool that hangs must not delay.
   */
  boolean isDisturbed() {
    if (untilNextLook() > 0) {
      return false;
    }
    nextLook = nanoTime.getAsLong() + dataplane.watchInterval().toNanos();
    if (lost) {
      return false;
    }
    try {
      if (dataplane.isDisturbed()) {
        repairing = true;
        found = look();
        dataplane.forget();
      }
    } catch (DataplaneException unknown) {
      return false;
    }
    return repairing;
  }

  private List<String> look() {
    try {
      return dataplane.drift(MOST_LINES);
    } catch (DataplaneException e) {
      return List.of("the rules could not be read: " + e.getMessage());
    }
  }

  void close() {
    dataplane.close();
  }

  /** Does what can be done for a snapshot that is not complete yet. */
  void prepare(ClusterSnapshot snapshot) {
    dataplane.prepare(plan(snapshot));
  }

  private FamilyPlan plan(ClusterSnapshot snapshot) {
    NodeContext context = contexts.apply(snapshot);
    FamilyPlan before = planned.orElseGet(() -> FamilyPlan.empty(context));
    FamilyPlan plan = Planner.plan(before, snapshot, context);
    planned = Optional.of(plan);
    return plan;
  }

  SyncReport sync(ClusterSnapshot snapshot, int events, long oldestEvent) {
    long start = nanoTime.getAsLong();
    FamilyPlan plan = plan(snapshot);
    FamilyPlan before = reported.orElseGet(() -> FamilyPlan.empty(plan.context()));
    reported = Optional.of(plan);
    long planned = nanoTime.getAsLong();
    Set<ObjectName> leftOut = new HashSet<>();
    List<CommitResult.Refusal> refusals = new ArrayList<>();
    CommitResult result = commit(plan, leftOut, refusals);
    long end = nanoTime.getAsLong();
    failures = result instanceof CommitResult.Committed && leftOut.isEmpty() ? 0 : failures + 1;
    lost = result instanceof CommitResult.Unknown;
    boolean repaired = repairing;
    List<String> reason = found;
    repairing = false;
    found = List.of();
    return new SyncReport(
        dataplane.family(),
        events,
        Duration.ofNanos(end - oldestEvent),
        Duration.ofNanos(planned - start),
        Duration.ofNanos(end - planned),
        plan.without(leftOut),
        result,
        leftOut,
        newProblems(before, plan),
        refusals,
        repaired,
        reason);
  }

  /**
   * Commits; when the kernel refuses the rules of certain Services, commits the others without
   * them, so that one bad Service cannot hold back the rest.
   */
  private CommitResult commit(
      FamilyPlan plan, Set<ObjectName> leftOut, List<CommitResult.Refusal> seen) {
    try {
      while (true) {
        CommitResult result = dataplane.commit(plan.without(leftOut));
        if (!(result instanceof CommitResult.Rejected(List<CommitResult.Refusal> refusals))) {
          return result;
        }
        seen.addAll(refusals);
        boolean more = false;
        for (CommitResult.Refusal refusal : refusals) {
          more |= refusal.service().filter(leftOut::add).isPresent();
        }
        if (!more) {
          return result;
        }
      }
    } catch (DataplaneException e) {
      return new CommitResult.Unknown(String.valueOf(e.getMessage()));
    }
  }

  private static List<Diagnostic> newProblems(FamilyPlan before, FamilyPlan after) {
    List<Diagnostic> problems = new ArrayList<>();
    before
        .services()
        .difference(
            after.services(),
            new PersistentMap.Changes<>() {
              @Override
              public void added(ObjectName name, ServicePlan plan) {
                problems.addAll(plan.diagnostics());
              }

              @Override
              public void removed(ObjectName name, ServicePlan plan) {
                // What is gone has no problems.
              }

              @Override
              public void changed(ObjectName name, ServicePlan old, ServicePlan now) {
                for (Diagnostic diagnostic : now.diagnostics()) {
                  if (!old.diagnostics().contains(diagnostic)) {
                    problems.add(diagnostic);
                  }
                }
              }
            });
    return problems;
  }
}
