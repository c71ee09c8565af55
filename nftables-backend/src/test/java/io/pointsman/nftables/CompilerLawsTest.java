package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.collect.PersistentMap;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws that hold for any cluster, on seeded random events. */
class CompilerLawsTest {
  private static final long SEED = 20261124;
  private static final int STEPS = 3000;

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void anIncrementalRulesetEqualsAFullOneAndTheDifferenceLeadsThere(IpFamily family) {
    RandomCluster cluster = new RandomCluster(SEED);
    NodeContext context = Contexts.of(family);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    FamilyPlan plan = FamilyPlan.empty(context);
    Compiled compiled = Compiler.empty(context);
    for (int step = 0; step < STEPS; step++) {
      snapshot = snapshot.apply(cluster.next());
      plan = Planner.plan(plan, snapshot, context);
      Compiled next = Compiler.compile(compiled, plan);
      Compiled full =
          Compiler.compile(
              Compiler.empty(context), Planner.plan(FamilyPlan.empty(context), snapshot, context));
      String where = "seed " + SEED + ", step " + step;
      assertThat(next.ruleset()).as(where).isEqualTo(full.ruleset());
      assertThat(next.users()).as(where).isEqualTo(full.users());
      assertHoldsAfterwards(compiled.ruleset(), next.ruleset(), where);
      assertThat(Differ.difference(next.ruleset(), full.ruleset())).as(where).isEmpty();
      compiled = next;
    }
  }

  /** A kernel that holds {@code before} holds {@code after} after the steps of the difference. */
  private static void assertHoldsAfterwards(Ruleset before, Ruleset after, String where) {
    PersistentMap<String, Chain> chains = before.chains();
    Map<ElementKey, ElementValue> elements = before.elements().byKey();
    for (Operation operation : Differ.difference(before, after)) {
      switch (operation) {
        case Operation.AddChain(String name, Optional<Hook> hook) -> {
          assertThat(chains.containsKey(name)).isFalse();
          chains = chains.with(name, new Chain(hook, java.util.List.of()));
        }
        case Operation.FlushChain(String name) ->
            chains =
                chains.with(
                    name, new Chain(chains.get(name).orElseThrow().hook(), java.util.List.of()));
        case Operation.AddRule(String name, Rule rule) -> {
          Chain chain = chains.get(name).orElseThrow();
          java.util.List<Rule> rules = new java.util.ArrayList<>(chain.rules());
          rules.add(rule);
          chains = chains.with(name, new Chain(chain.hook(), rules));
        }
        case Operation.RemoveChain(String name) -> chains = chains.without(name);
        case Operation.RemoveElements step -> {
          for (Element element : step.elements()) {
            assertThat(elements.remove(element.key())).isEqualTo(element.value());
          }
        }
        case Operation.AddElements step -> {
          for (Element element : step.elements()) {
            assertThat(elements.put(element.key(), element.value())).isNull();
          }
        }
        case Operation.RemoveTable step -> throw new AssertionError(step);
        case Operation.AddTable step -> throw new AssertionError(step);
        case Operation.AddSet step -> throw new AssertionError(step);
      }
    }
    assertThat(chains).as(where).isEqualTo(after.chains());
    assertThat(elements).as(where).isEqualTo(after.elements().byKey());
  }
}
