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
      assertThat(applied(compiled.ruleset(), next.ruleset())).as(where).isEqualTo(next.ruleset());
      assertThat(Differ.difference(next.ruleset(), full.ruleset())).as(where).isEmpty();
      compiled = next;
    }
  }

  /** What a kernel that holds {@code before} holds after the steps of the difference. */
  private static Ruleset applied(Ruleset before, Ruleset after) {
    PersistentMap<String, Chain> chains = before.chains();
    PersistentMap<ElementKey, ElementValue> elements = before.elements();
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
          for (Map.Entry<ElementKey, ElementValue> element : step.elements()) {
            assertThat(elements.containsKey(element.getKey())).isTrue();
            elements = elements.without(element.getKey());
          }
        }
        case Operation.AddElements step -> {
          for (Map.Entry<ElementKey, ElementValue> element : step.elements()) {
            assertThat(elements.containsKey(element.getKey())).isFalse();
            elements = elements.with(element.getKey(), element.getValue());
          }
        }
        case Operation.RemoveTable step -> throw new AssertionError(step);
        case Operation.AddTable step -> throw new AssertionError(step);
        case Operation.AddSet step -> throw new AssertionError(step);
      }
    }
    return before.with(chains, elements);
  }
}
