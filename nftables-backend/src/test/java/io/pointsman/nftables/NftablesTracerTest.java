package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.ModeTraits;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.PlanTracer;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules do what the plan says, packet by packet. */
class NftablesTracerTest {
  private static final int CLUSTERS = 150;
  private static final int PACKETS = 200;

  static FamilyPlan plan(NodeContext context, long seed, int events) {
    RandomCluster cluster = new RandomCluster(seed);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < events; i++) {
      snapshot = snapshot.apply(cluster.next());
    }
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  private enum Kind {
    SOURCE_KEPT,
    SOURCE_HIDDEN,
    DROPPED,
    REJECTED,
    PASSED;

    static Kind of(Disposition disposition) {
      return switch (disposition) {
        case Disposition.Dnat dnat -> dnat.masqueraded() ? SOURCE_HIDDEN : SOURCE_KEPT;
        case Disposition.Drop() -> DROPPED;
        case Disposition.Reject() -> REJECTED;
        case Disposition.Pass() -> PASSED;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void theRulesDoWhatThePlanSays(IpFamily family) {
    Set<Kind> met = EnumSet.noneOf(Kind.class);
    for (long seed = 1; seed <= CLUSTERS; seed++) {
      RandomNode node = new RandomNode(family, seed);
      FamilyPlan plan = plan(node.context(), seed, 100);
      Tracer rules = new NftablesBackend().tracer(plan);
      Tracer promise = new PlanTracer(plan, ModeTraits.NFTABLES);
      for (int i = 0; i < PACKETS; i++) {
        Packet packet = node.packet();
        Trace actual = rules.trace(packet, node.host());
        Trace expected = promise.trace(packet, node.host());
        met.addAll(actual.fate().keySet().stream().map(Kind::of).toList());
        assertSameFate(
            actual,
            expected,
            "seed %s, packet %s: %s%n%s%n%s"
                .formatted(seed, i, packet, expected.outcomes(), actual.outcomes()));
      }
    }
    assertThat(met).as("kinds of fate that were met").containsExactly(Kind.values());
  }

  static void assertSameFate(Trace actual, Trace expected, String where) {
    Map<Disposition, Double> wanted = expected.fate();
    Map<Disposition, Double> got = actual.fate();
    assertThat(got.keySet()).as(where).isEqualTo(wanted.keySet());
    wanted.forEach((disposition, share) ->
        assertThat(got.get(disposition)).as(where).isCloseTo(share, within(1e-9)));
    assertThat(actual.outcomes().stream().mapToDouble(Outcome::share).sum())
        .as(where)
        .isCloseTo(1, within(1e-9));
  }
}
