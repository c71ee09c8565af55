package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Packet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What packets meet between the commits of two tables, on seeded random changes. */
class StagesTest {
  private static final Compiler COMPILER = new Compiler(Hairpin.BY_PACKET);
  private static final Map<Disposition, Double> NOBODYS = Map.of(new Disposition.Pass(), 1.0);
  private static final int SEEDS = 8;
  private static final int CHANGES = 25;
  private static final int PACKETS = 25;

  @ParameterizedTest
  @EnumSource
  void inBetweenAPacketMeetsItsOldFateOrItsNewOne(IpFamily family) {
    int between = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      RandomEvents events = new RandomEvents(seed);
      RandomNode node = new RandomNode(family, seed);
      NodeContext context = node.context();
      List<Packet> packets = new ArrayList<>();
      for (int i = 0; i < PACKETS; i++) {
        packets.add(node.packet());
      }
      ClusterSnapshot snapshot = ClusterSnapshot.empty();
      FamilyPlan plan = FamilyPlan.empty(context);
      IptablesRuleset before = COMPILER.compile(plan).ruleset();
      for (int change = 0; change < CHANGES; change++) {
        for (int i = change % 7; i >= 0; i--) {
          snapshot = snapshot.apply(events.next());
        }
        plan = Planner.plan(plan, snapshot, context);
        IptablesRuleset after = COMPILER.compile(plan).ruleset();
        List<Differ.Changeset> stages = Stages.of(before, Differ.diff(before, after));
        List<Map<Disposition, Double>> old = fates(before, packets, node);
        List<Map<Disposition, Double>> last = fates(after, packets, node);
        IptablesRuleset here = before;
        for (Differ.Changeset stage : stages) {
          assertThat(stage.tables()).hasSize(1);
          here = Differ.apply(here, stage);
          between += here.equals(after) ? 0 : 1;
          List<Map<Disposition, Double>> now = fates(here, packets, node);
          for (int i = 0; i < PACKETS; i++) {
            assertThat(now.get(i))
                .as("seed %d, change %d, %s", seed, change, packets.get(i))
                .isIn(allowed(old.get(i), last.get(i)));
          }
        }
        assertThat(here.equals(after)).isTrue();
        before = after;
      }
    }
    assertThat(between).isGreaterThan(SEEDS * CHANGES / 4);
  }

  private static Set<Map<Disposition, Double>> allowed(
      Map<Disposition, Double> old, Map<Disposition, Double> last) {
    Set<Map<Disposition, Double>> allowed = new HashSet<>(List.of(old));
    allowed.add(last);
    if (old.equals(NOBODYS) || last.equals(NOBODYS)) {
      allowed.add(Map.of(new Disposition.Drop(), 1.0));
    }
    return allowed;
  }

  private static List<Map<Disposition, Double>> fates(
      IptablesRuleset rules, List<Packet> packets, RandomNode node) {
    IptablesTracer tracer = new IptablesTracer(rules, packets.getFirst().family());
    return packets.stream().map(packet -> tracer.trace(packet, node.host()).fate()).toList();
  }
}
