package io.pointsman.lab.scenario;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the agents last asked their kernels to hold, learned from their reports. */
public final class LastPlans implements Consumer<SyncReport> {
  private record Key(String nodeName, IpFamily family) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<Key, FamilyPlan> plans = new HashMap<>();

  @Override
  public synchronized void accept(SyncReport report) {
    FamilyPlan plan = report.plan();
    plans.put(new Key(plan.context().nodeName(), report.family()), plan);
    notifyAll();
  }

  /**
   * The plan of one node.
   *
   * @param nodeName its name in the API
   */
  public synchronized Optional<FamilyPlan> of(String nodeName, IpFamily family) {
    return Optional.ofNullable(plans.get(new Key(nodeName, family)));
  }

  /**
   * The plan that a node's agent tells of after this one, as that may have been in the kernel
   * before it was told of; empty when none comes soon.
   */
  synchronized Optional<FamilyPlan> after(FamilyPlan known) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Key key = new Key(known.context().nodeName(), known.context().family());
    try {
      for (long left = PATIENCE.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        FamilyPlan now = plans.get(key);
        if (now != null && !now.equals(known)) {
          return Optional.of(now);
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
