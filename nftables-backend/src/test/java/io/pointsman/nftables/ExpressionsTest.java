package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.testing.RandomNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What our rules look like when they are read back, without a kernel. */
class ExpressionsTest {
  private static List<Rule> ourRules(IpFamily family) {
    List<Rule> rules = new ArrayList<>();
    for (long seed = 1; seed <= 40; seed++) {
      NodeContext context = new RandomNode(family, seed).context();
      RandomCluster cluster = new RandomCluster(seed);
      ClusterSnapshot snapshot = ClusterSnapshot.empty();
      for (int i = 0; i < 60; i++) {
        snapshot = snapshot.apply(cluster.next());
      }
      FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
      Compiler.compile(Compiler.empty(context), plan)
          .ruleset()
          .chains()
          .forEach(chain -> rules.addAll(chain.getValue().rules()));
    }
    assertThat(rules).hasSizeGreaterThan(1000);
    return rules;
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void everyExpressionOfOursIsUnderstood(IpFamily family) {
    for (Rule rule : ourRules(family)) {
      assertThat(rule.expressions())
          .as("%s", rule.statements())
          .isNotEmpty()
          .noneMatch(expression -> expression instanceof Expression.Unknown);
    }
  }

  /** The text that nft loads and the bytes that the kernel gets say the same. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void theExpressionsReadAsTheStatements(IpFamily family) {
    StatementPrinter statements = new StatementPrinter(family);
    for (Rule rule : ourRules(family)) {
      assertThat(ExpressionPrinter.print(family, rule.expressions()))
          .isEqualTo(statements.print(rule));
    }
  }
}
