package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws that hold for any cluster and any node, on seeded random events. */
class CompilerLawsTest {
  private static final long SEED = 20261125;
  private static final int STEPS = 1500;
  private static final int STEPS_PER_NODE = 250;

  @ParameterizedTest
  @EnumSource
  void anIncrementalRulesetEqualsAFullOneAndTheDifferenceLeadsThere(IpFamily family) {
    RandomEvents events = new RandomEvents(SEED);
    RandomNode node = new RandomNode(family, SEED);
    Compiler compiler = new Compiler(Hairpin.BY_PACKET);
    NodeContext context = node.context();
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    FamilyPlan plan = FamilyPlan.empty(context);
    Compilation compilation = compiler.compile(plan);
    for (int step = 0; step < STEPS; step++) {
      if (step % STEPS_PER_NODE == 0) {
        context = node.context();
      }
      snapshot = snapshot.apply(events.next());
      plan = Planner.plan(plan, snapshot, context);
      Compilation next = compiler.compile(compilation, plan);
      Compilation full =
          compiler.compile(Planner.plan(FamilyPlan.empty(context), snapshot, context));
      IptablesRuleset before = compilation.ruleset();
      Differ.Changeset changes = Differ.diff(before, next.ruleset());
      IptablesRuleset staged = before;
      for (Differ.Changeset stage : Stages.of(before, changes)) {
        staged = Differ.apply(staged, stage);
      }
      String where = "seed " + SEED + ", step " + step;
      assertThat(next.ruleset()).as(where).isEqualTo(full.ruleset());
      assertThat(next.owners()).as(where).isEqualTo(full.owners());
      assertThat(withoutShared(Differ.apply(before, changes)))
          .as(where)
          .isEqualTo(withoutShared(next.ruleset()));
      assertThat(withoutShared(staged)).as(where).isEqualTo(withoutShared(next.ruleset()));
      assertThat(Differ.diff(next.ruleset(), full.ruleset()).isEmpty()).as(where).isTrue();
      compilation = next;
    }
  }

  /** What is shared with others stays when it is no longer wanted. */
  private static IptablesRuleset withoutShared(IptablesRuleset ruleset) {
    return new IptablesRuleset(
        ruleset.chains(),
        ruleset.hooks(),
        IptablesRuleset.EMPTY.shared(),
        IptablesRuleset.EMPTY.sharedChains());
  }
}
