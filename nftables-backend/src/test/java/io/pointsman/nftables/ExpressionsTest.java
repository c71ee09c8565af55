package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.testing.RandomNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
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

  /** Numbers of four bytes, so that the highest bit must not make an index of less than nothing. */
  @Test
  void aNumberThatNoKernelKnowsMakesAnExpressionUnknown() {
    assertThat(
            read(
                "cmp",
                out -> out.putU32Be(1, 1).putU32Be(2, -1).beginNest(3).putU32Be(1, 7).endNest()))
        .isInstanceOf(Expression.Unknown.class);
    assertThat(read("dynset", out -> out.putString(1, "affinity").putU32Be(3, -1).putU32Be(4, 1)))
        .isInstanceOf(Expression.Unknown.class);
  }

  private static Expression read(String name, Consumer<MessageWriter> data) {
    MessageWriter out =
        new MessageWriter()
            .begin(0, 0, 0)
            .beginNest(4)
            .beginNest(1)
            .putString(1, name)
            .beginNest(2);
    data.accept(out);
    List<Expression> expressions =
        ExpressionReader.ofMessage(out.endNest().endNest().endNest().end().toByteArray());
    assertThat(expressions).hasSize(1);
    return expressions.getFirst();
  }
}
