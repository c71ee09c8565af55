package io.pointsman.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Claimants;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Planner;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Target;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Flows that begin at random moments of a random history, each as the rules of that moment have it.
 */
class FlowLawsTest {
  private static final int STEPS = 1500;
  private static final Set<Protocol> ALL = Set.of(Protocol.values());

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void whatTheWorkNamesIsAllThatIsStale(IpFamily family) {
    for (long seed = 1; seed <= 3; seed++) {
      new History(family, seed).live();
    }
  }

  private static final class History {
    private final long seed;
    private final IpAddress node;
    private final RandomCluster cluster;
    private final Random random;
    private final Set<TrackedFlow> flows = new HashSet<>();
    private ClusterSnapshot snapshot = ClusterSnapshot.empty();
    private FamilyPlan plan;
    private int deleted;

    History(IpFamily family, long seed) {
      this.seed = seed;
      this.node = IpAddress.of(family == IpFamily.IPV4 ? "172.29.0.11" : "fd00:29::11");
      this.cluster = new RandomCluster(seed);
      this.random = new Random(seed);
      this.plan = FamilyPlan.empty(Contexts.of(family));
    }

    void live() {
      FlowBacklog backlog = FlowBacklog.first(plan, true).done();
      Set<Destination> everClaimed = new HashSet<>();
      for (int step = 0; step < STEPS; step++) {
        snapshot = snapshot.apply(cluster.next());
        plan = Planner.plan(plan, snapshot, plan.context());
        backlog = backlog.after(plan, random.nextInt(4) > 0);
        plan.claims()
            .forEach(claim -> {
              if (claim.getKey() instanceof Destination destination) {
                everClaimed.add(destination);
              }
            });
        everClaimed.forEach(this::begin);
        if (backlog.isDue() && random.nextBoolean()) {
          clean(backlog.scope());
          backlog = backlog.done();
          assertNoneIsAstray();
          restartDeletesNothing();
        }
      }
      assertThat(deleted).as("seed %d", seed).isGreaterThan(100);
    }

    private void begin(Destination destination) {
      if (random.nextInt(10) > 0) {
        return;
      }
      IpAddress address =
          destination instanceof Destination.Virtual virtual ? virtual.address() : node;
      Optional<Claimants> claimants = plan.claims().get(destination);
      if (claimants.isEmpty()) {
        add(destination, address, new Peer(address, destination.port()), false);
        return;
      }
      List<Target> targets = reachable(claimants.get());
      if (!targets.isEmpty()) {
        Target target = targets.get(random.nextInt(targets.size()));
        add(destination, address, new Peer(target.address(), target.port()), true);
      }
    }

    private void add(Destination to, IpAddress address, Peer servedBy, boolean translated) {
      flows.add(new TrackedFlow(to.protocol(), address, to.port(), servedBy, translated));
    }

    private List<Target> reachable(Claimants claimants) {
      return plan.services().get(claimants.owner().service()).orElseThrow().ports().stream()
          .filter(port -> port.name().equals(claimants.owner()))
          .findFirst()
          .map(PortPlan::reachable)
          .orElse(List.of());
    }

    private void clean(FlowScope scope) {
      FlowJudge judge = new FlowJudge(plan, scope, ALL, Set.of(node));
      int before = flows.size();
      flows.removeIf(judge::isStale);
      deleted += before - flows.size();
    }

    private void assertNoneIsAstray() {
      for (TrackedFlow flow : flows) {
        Destination destination =
            flow.destination().equals(node)
                ? new Destination.NodePort(flow.protocol(), flow.destinationPort())
                : new Destination.Virtual(
                    flow.destination(), flow.protocol(), flow.destinationPort());
        assertThat(flow.translated())
            .as("seed %d: %s, claimed by %s", seed, flow, plan.claims().get(destination))
            .isEqualTo(plan.claims().containsKey(destination));
      }
    }

    /** Looking at everything finds no more, so that the work named was all. */
    private void restartDeletesNothing() {
      FlowJudge judge = new FlowJudge(plan, new FlowScope.Everything(), ALL, Set.of(node));
      assertThat(flows).as("seed %d", seed).noneMatch(judge::isStale);
    }
  }
}
