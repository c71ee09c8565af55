package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What affinity and source ranges ask of the kernel, and what a change of them costs. */
class PoliciesTest {
  private static final NodeContext CONTEXT = Contexts.of(IpFamily.IPV4);

  private static ClusterSnapshot with(
      ClusterSnapshot snapshot, int id, int ports, int seconds, List<String> ranges) {
    List<Service.Port> list =
        IntStream.range(0, ports)
            .mapToObj(i -> new Service.Port("p" + i, Protocol.TCP, 1000 + i, 30000 + 300 * id + i))
            .toList();
    return snapshot.apply(
        new ClusterEvent.ServiceSet(
            new Service(
                name(id),
                Instant.EPOCH,
                ServiceType.LOAD_BALANCER,
                List.of("10.96.0." + id),
                List.of(IpFamily.IPV4),
                list,
                List.of(),
                List.of("198.51.100." + id),
                ranges,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                seconds,
                0)));
  }

  private static ObjectName name(int id) {
    return new ObjectName("default", "svc-" + id);
  }

  /** Endpoints {@code from} to {@code to}, in slices of a thousand. */
  private static ClusterSnapshot endpoints(
      ClusterSnapshot snapshot, int id, int ports, int from, int to) {
    List<EndpointSlice.Port> list =
        IntStream.range(0, ports)
            .mapToObj(i -> new EndpointSlice.Port("p" + i, Protocol.TCP, 8000 + i))
            .toList();
    ClusterSnapshot result = snapshot;
    for (int first = from; first < to; first += 1000) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (int i = first; i < Math.min(first + 1000, to); i++) {
        endpoints.add(Endpoint.ready("10.244." + i / 250 + "." + (1 + i % 250), "node-b"));
      }
      result =
          result.apply(
              new ClusterEvent.SliceSet(
                  new EndpointSlice(
                      new ObjectName("default", "svc-" + id + "-" + first / 1000),
                      name(id),
                      IpFamily.IPV4,
                      list,
                      endpoints,
                      Optional.empty())));
    }
    return result;
  }

  private static Ruleset compile(ClusterSnapshot snapshot) {
    return compile(snapshot, CONTEXT);
  }

  private static Ruleset compile(ClusterSnapshot snapshot, NodeContext context) {
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    return Compiler.compile(Compiler.empty(context), plan).ruleset();
  }

  private static List<String> names(Ruleset ruleset, String start) {
    return ruleset.chains().stream()
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith(start))
        .sorted()
        .toList();
  }

  @Test
  void servicesWithTheSameRangesShareAChainAndEndpointsDoNotTouchIt() {
    List<String> ranges = List.of("192.0.2.0/24", "203.0.113.9/32");
    List<String> shuffled = List.of("203.0.113.9/32", " 192.0.2.77/24 ");
    ClusterSnapshot snapshot = with(ClusterSnapshot.empty(), 1, 2, 0, ranges);
    snapshot = with(snapshot, 2, 1, 0, shuffled);
    snapshot = endpoints(endpoints(snapshot, 1, 2, 0, 3), 2, 1, 0, 3);
    Ruleset before = compile(snapshot);
    assertThat(names(before, "guard-")).hasSize(1);
    List<Operation> steps = Differ.difference(before, compile(endpoints(snapshot, 1, 2, 0, 2)));
    assertThat(steps)
        .isNotEmpty()
        .noneMatch(step -> Printer.print(IpFamily.IPV4, step).contains("guard-"))
        .noneMatch(
            step -> step instanceof Operation.AddElements add && add.set() == NamedSet.FIREWALL);
    Ruleset other = compile(with(snapshot, 2, 1, 0, List.of("192.0.2.0/24")));
    assertThat(names(other, "guard-")).hasSize(2);
    Ruleset lifted = compile(with(with(snapshot, 1, 2, 0, List.of()), 2, 1, 0, List.of()));
    assertThat(names(lifted, "guard-")).isEmpty();
  }

  /** A node within the ranges may hold the load balancer's address, and send from it. */
  @Test
  void theLoadBalancersAddressMayComeInWhereTheNodeMay() {
    NodeContext near =
        new NodeContext(
            CONTEXT.family(),
            CONTEXT.nodeName(),
            CONTEXT.zone(),
            Optional.of(IpAddress.of("192.0.2.1")),
            CONTEXT.localDetector(),
            CONTEXT.nodePortAddresses(),
            false,
            false,
            14,
            List.of());
    ClusterSnapshot inside = with(ClusterSnapshot.empty(), 1, 1, 0, List.of("192.0.2.0/24", "bad"));
    ClusterSnapshot outside = with(ClusterSnapshot.empty(), 1, 1, 0, List.of("203.0.113.0/24"));
    Cidr range = Cidr.of("192.0.2.0/24");
    Cidr address = Cidr.of("198.51.100.1/32");
    assertThat(names(compile(inside), "guard-")).containsExactly(Guard.of(List.of(range)).chain());
    assertThat(names(compile(inside, near), "guard-"))
        .containsExactly(Guard.of(List.of(address, range)).chain());
    assertThat(names(compile(outside, near), "guard-"))
        .containsExactly(Guard.of(List.of(Cidr.of("203.0.113.0/24"))).chain());
  }

  @Test
  void aChangedEndpointCostsItsElementsAloneAndAffinityOneMemberMore() {
    for (int seconds : new int[] {0, 10_800}) {
      ClusterSnapshot snapshot = with(ClusterSnapshot.empty(), 1, 1, seconds, List.of());
      List<Operation> steps =
          Differ.difference(
              compile(endpoints(snapshot, 1, 1, 0, 3)), compile(endpoints(snapshot, 1, 1, 1, 4)));
      // Three slots of each frontend move up, as endpoints are sorted.
      int frontends = 3;
      int members = seconds == 0 ? 0 : 1;
      assertThat(steps.stream().mapToInt(Operation::objects).sum())
          .isEqualTo(2 * (3 * frontends + members));
      assertThat(steps)
          .allMatch(step ->
              step instanceof Operation.AddElements || step instanceof Operation.RemoveElements);
    }
  }

  @Test
  void theLargestServicesFitAndGoWithoutTrace() throws Exception {
    Namespaces.require();
    Ruleset nothing = compile(ClusterSnapshot.empty());
    ClusterSnapshot wide =
        endpoints(with(ClusterSnapshot.empty(), 1, 250, 1, List.of()), 1, 250, 0, 20);
    ClusterSnapshot both = endpoints(with(wide, 2, 2, 86_400, List.of()), 2, 2, 0, 5000);
    Ruleset ruleset = compile(both);
    assertThat(names(ruleset, "remember-1")).contains("remember-1");
    assertThat(names(ruleset, "remember-8")).containsExactly("remember-86400");
    assertThat(names(ruleset, "nodeport-external"))
        .containsExactly("nodeport-external-20-sticky", "nodeport-external-5000-sticky");
    assertThat(
            ruleset.elements().byKey().keySet().stream()
                .filter(key -> key.set() == NamedSet.AFFINITY_MEMBERS))
        .hasSize(250 * 20 + 2 * 5000);
    ClusterSnapshot gone =
        both.apply(new ClusterEvent.ServiceGone(name(1)))
            .apply(new ClusterEvent.ServiceGone(name(2)));
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(CONTEXT), both, CONTEXT);
    Compiled compiled = Compiler.compile(Compiler.empty(CONTEXT), plan);
    FamilyPlan empty = Planner.plan(plan, gone, CONTEXT);
    assertThat(Compiler.compile(compiled, empty).ruleset()).isEqualTo(nothing);
    assertTheKernelFollows(List.of(plan, empty));
  }

  private static void assertTheKernelFollows(List<FamilyPlan> plans) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = new NftablesBackend().open(IpFamily.IPV4)) {
          for (FamilyPlan plan : plans) {
            assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
            assertThat(dataplane.drift()).isEmpty();
          }
        }
        return true;
      });
    }
  }

  @Test
  void shapesOfAllSizesHaveNumbersOfTheirOwn() {
    Map<Integer, SharedChain> numbers = new HashMap<>();
    for (Shape.Kind kind : Shape.Kind.values()) {
      for (boolean nodePort : new boolean[] {false, true}) {
        for (boolean sticky : new boolean[] {false, true}) {
          for (int cluster : new int[] {0, 1, Shape.MAX_CLUSTER}) {
            for (int local : new int[] {0, 1, Shape.MAX_LOCAL}) {
              Shape shape = new Shape(kind, nodePort, sticky, cluster, local);
              assertThat(numbers.put(shape.number(), shape)).as("%s", shape).isNull();
            }
          }
        }
      }
    }
    assertThat(numbers).doesNotContainKey(0);
  }
}
