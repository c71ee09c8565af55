package io.pointsman.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlannerLawsTest {
  private static final int STEPS = 5000;

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void anIncrementalPlanEqualsAFullOneAfterEveryEvent(IpFamily family) {
    long seed = 20261123;
    RandomCluster cluster = new RandomCluster(seed);
    NodeContext context = Contexts.of(family);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    FamilyPlan plan = FamilyPlan.empty(context);
    for (int step = 0; step < STEPS; step++) {
      snapshot = snapshot.apply(cluster.next());
      plan = Planner.plan(plan, snapshot, context);
      FamilyPlan full = Planner.plan(FamilyPlan.empty(context), snapshot, context);
      assertThat(plan).as("seed %d, step %d", seed, step).isEqualTo(full);
      assertDisjoint(plan, step);
    }
  }

  private static void assertDisjoint(FamilyPlan plan, int step) {
    Set<Claimable> owned = new HashSet<>();
    plan.services()
        .forEach(entry ->
            entry.getValue().ports().stream()
                .flatMap(port -> port.frontends().stream())
                .forEach(frontend -> assertNew(owned, frontend.destination(), step)));
    plan.services()
        .forEach(entry ->
            entry.getValue().ports().stream()
                .filter(port -> port.affinitySeconds() > 0)
                .forEach(port -> assertNew(owned, AffinityGroup.of(port.name()), step)));
    plan.services()
        .forEach(entry ->
            entry
                .getValue()
                .healthCheck()
                .ifPresent(check -> assertNew(owned, check.destination(), step)));
  }

  private static void assertNew(Set<Claimable> owned, Claimable thing, int step) {
    assertThat(owned.add(thing)).as("step %d: %s has one owner", step, thing).isTrue();
  }
}
