package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happened before, the kernel holds what the plan alone asks for. */
class KernelLawsTest {
  private static final long SEED = 7;
  private static final int EVENTS = 1000;
  private static final int EVENTS_PER_COMMIT = 25;
  private static final int COMMITS_PER_CHECK = 8;
  private static final int PACKETS = 50;

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theKernelForgetsTheWayItWasReached(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    RandomEvents events = new RandomEvents(SEED);
    RandomNode node = new RandomNode(family, SEED);
    NodeContext context = node.context();
    try (Sandbox sandbox = Sandbox.create();
        IptablesDataplane dataplane =
            IptablesDataplane.open(sandbox.tools(family, flavour), sandbox::stamp)) {
      ClusterSnapshot snapshot = ClusterSnapshot.empty();
      FamilyPlan plan = FamilyPlan.empty(context);
      for (int event = 1; event <= EVENTS; event++) {
        snapshot = snapshot.apply(events.next());
        if (event % EVENTS_PER_COMMIT == 0) {
          plan = Planner.plan(plan, snapshot, context);
          assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
        }
        if (event % (EVENTS_PER_COMMIT * COMMITS_PER_CHECK) == 0) {
          assertThat(dataplane.drift()).as("event %d", event).isEmpty();
          assertThat(dataplane.inventory().held())
              .as("event %d", event)
              .isEqualTo(Stock.of(sandbox.tools(family, flavour).read()).byKind());
          assertThat(sandbox.saved(sandbox.tools(family, flavour)))
              .as("event %d", event)
              .isEqualTo(loadedAnew(plan, family, flavour));
          sameIsTold(dataplane.tracer(), new IptablesBackend().tracer(plan), node);
        }
      }
    }
  }

  /** What is saved where the plan is the first thing ever loaded. */
  private static String loadedAnew(FamilyPlan plan, IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    try (Sandbox empty = Sandbox.create();
        IptablesDataplane dataplane =
            IptablesDataplane.open(empty.tools(family, flavour), empty::stamp)) {
      assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
      return empty.saved(empty.tools(family, flavour));
    }
  }

  private static void sameIsTold(Tracer ofKernel, Tracer ofPlan, RandomNode node) {
    for (int i = 0; i < PACKETS; i++) {
      Packet packet = node.packet();
      Trace told = ofKernel.trace(packet, node.host());
      assertThat(told).isEqualTo(ofPlan.trace(packet, node.host()));
    }
  }
}
