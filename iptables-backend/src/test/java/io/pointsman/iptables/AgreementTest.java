package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.ModeTraits;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.PlanTracer;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules do with packets what the plan says, on seeded random clusters, nodes and packets. */
class AgreementTest {
  private static final int SEEDS = 60;
  private static final int EVENTS = 120;
  private static final int PACKETS = 150;

  @ParameterizedTest
  @EnumSource
  void rulesDoWhatThePlanSays(Hairpin hairpin) {
    Map<Class<?>, Integer> seen = new HashMap<>();
    for (IpFamily family : IpFamily.values()) {
      for (long seed = 1; seed <= SEEDS; seed++) {
        RandomNode node = new RandomNode(family, seed);
        FamilyPlan plan = plan(node.context(), seed);
        Tracer promise = new PlanTracer(plan, ModeTraits.IPTABLES);
        Tracer rules = new IptablesTracer(new Compiler(hairpin).compile(plan).ruleset(), family);
        for (int i = 0; i < PACKETS; i++) {
          Packet packet = node.packet();
          Trace promised = promise.trace(packet, node.host());
          Trace done = rules.trace(packet, node.host());
          String where = hairpin + ", seed " + seed + ", packet " + i;
          assertThat(rounded(done))
              .as(() -> where + "\npromised " + promised + "\ndone " + done)
              .isEqualTo(rounded(promised));
          assertThat(pathsDifferOnlyWhereFatesDo(done)).as(() -> where + "\n" + done).isTrue();
          done.fate().keySet().forEach(fate -> seen.merge(fate.getClass(), 1, Integer::sum));
        }
      }
    }
    assertThat(seen.keySet())
        .containsExactlyInAnyOrder(
            Disposition.Dnat.class,
            Disposition.Drop.class,
            Disposition.Reject.class,
            Disposition.Pass.class);
    assertThat(seen.values()).as("each fate is met often").allMatch(times -> times > 50);
  }

  private static FamilyPlan plan(NodeContext context, long seed) {
    RandomEvents events = new RandomEvents(seed);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < EVENTS; i++) {
      snapshot = snapshot.apply(events.next());
    }
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  /** To millionths: the kernel draws in units of 2^-31. */
  private static Map<String, Long> rounded(Trace trace) {
    Map<String, Long> rounded = new TreeMap<>();
    trace
        .fate()
        .forEach((what, share) -> rounded.put(what.toString(), Math.round(share * 1_000_000)));
    return rounded;
  }

  private static boolean pathsDifferOnlyWhereFatesDo(Trace trace) {
    Map<Boolean, List<Outcome.Step>> paths = new HashMap<>();
    return trace.outcomes().stream()
        .allMatch(outcome ->
            !(outcome.disposition() instanceof Disposition.Dnat dnat)
                || paths
                    .computeIfAbsent(dnat.masqueraded(), first -> outcome.path())
                    .equals(outcome.path()));
  }
}
