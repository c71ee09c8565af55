package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.Backend;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Packet;
import io.pointsman.trace.PlanTracer;
import io.pointsman.trace.Tracer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of each backend do with random packets over random clusters what the plan says, but for
 * the differences that {@link io.pointsman.trace.ModeTraits} lists. The two backends agree with
 * each other in so far as both agree with the plan.
 */
class TracersAgreeTest {
  private static final int CLUSTERS = 100;
  private static final int PACKETS = 250;

  static Stream<Arguments> backendsAndFamilies() {
    return Backends.all().stream()
        .flatMap(
            backend -> Stream.of(IpFamily.values()).map(family -> Arguments.of(backend, family)));
  }

  @ParameterizedTest
  @MethodSource("backendsAndFamilies")
  void rulesDoWhatThePlanSays(Backend backend, IpFamily family) {
    Map<String, Integer> met = new HashMap<>();
    for (long seed = 1; seed <= CLUSTERS; seed++) {
      RandomNode node = new RandomNode(family, seed);
      FamilyPlan plan = plan(seed, node.context());
      Tracer promised = new PlanTracer(plan, backend.traits());
      Tracer done = backend.tracer(plan);
      for (int i = 0; i < PACKETS; i++) {
        Packet packet = node.packet();
        Map<Disposition, Double> expected = promised.trace(packet, node.host()).fate();
        Map<Disposition, Double> actual = done.trace(packet, node.host()).fate();
        assertThat(isSame(expected, actual))
            .as(
                "seed %s, %s, %s%nplan says  %s%nrules do   %s%nbecause %s",
                seed,
                plan.context(),
                packet,
                expected,
                actual,
                done.trace(packet, node.host()).outcomes())
            .isTrue();
        expected.keySet().forEach(d -> met.merge(d.getClass().getSimpleName(), 1, Integer::sum));
      }
    }
    assertThat(met).as("the packets met every kind of fate").containsKeys("Dnat", "Reject", "Pass");
    assertThat(met.get("Drop")).as("drops").isGreaterThan(20);
  }

  private static FamilyPlan plan(long seed, NodeContext context) {
    RandomCluster cluster = new RandomCluster(seed);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < 120; i++) {
      snapshot = snapshot.apply(cluster.next());
    }
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  /** iptables writes probabilities with ten decimals. */
  private static boolean isSame(Map<Disposition, Double> a, Map<Disposition, Double> b) {
    return a.keySet().equals(b.keySet())
        && a.entrySet().stream()
            .allMatch(
                entry -> Math.abs(entry.getValue() - b.getOrDefault(entry.getKey(), 0.0)) < 1e-6);
  }
}
