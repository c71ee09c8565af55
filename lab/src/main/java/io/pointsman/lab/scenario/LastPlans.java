package io.pointsman.lab.scenario;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What the agents last asked their kernels to hold, learned from their reports. */
public final class LastPlans implements Consumer<SyncReport> {
  private record Key(String nodeName, IpFamily family) {}

  private final Map<Key, FamilyPlan> plans = new ConcurrentHashMap<>();

  @Override
  public void accept(SyncReport report) {
    FamilyPlan plan = report.plan();
    plans.put(new Key(plan.context().nodeName(), report.family()), plan);
  }

  /**
   * The plan of one node.
   *
   * @param nodeName its name in the API
   */
  public Optional<FamilyPlan> of(String nodeName, IpFamily family) {
    return Optional.ofNullable(plans.get(new Key(nodeName, family)));
  }
}
