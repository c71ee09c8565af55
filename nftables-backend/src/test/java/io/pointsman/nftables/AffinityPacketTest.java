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
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients stay with their endpoint, in real packets. */
class AffinityPacketTest {
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final int NODE_PORT = 30080;
  private static final int HOURS = 10_800;

  @BeforeEach
  void needsNamespaces() {
    Namespaces.require();
  }

  static Stream<Arguments> variants() {
    return Stream.of(IpFamily.values())
        .flatMap(family ->
            Stream.of(Protocol.TCP, Protocol.UDP).map(protocol -> Arguments.of(family, protocol)));
  }

  /** A Service on a node, and what is needed to ask it. */
  private record World(IpFamily family, Protocol protocol, StickyNode node, Dataplane dataplane) {
    IpAddress clusterIp() {
      return IpAddress.of(family == IpFamily.IPV4 ? "10.96.0.10" : "fd00:96::10");
    }

    IpAddress vip() {
      return IpAddress.of(family == IpFamily.IPV4 ? "198.51.100.1" : "2001:db8:51::1");
    }

    IpAddress externalIp() {
      return IpAddress.of(family == IpFamily.IPV4 ? "203.0.113.1" : "2001:db8:113::1");
    }

    FamilyPlan plan(TrafficPolicy external, int seconds, Endpoint... endpoints) {
      NodeContext context = Contexts.of(family);
      Service service =
          new Service(
              WEB,
              Instant.EPOCH,
              ServiceType.LOAD_BALANCER,
              List.of(clusterIp().toString()),
              List.of(family),
              List.of(new Service.Port("p", protocol, 80, NODE_PORT)),
              List.of(externalIp().toString()),
              List.of(vip().toString()),
              List.of(),
              TrafficPolicy.CLUSTER,
              external,
              seconds,
              0);
      EndpointSlice slice =
          new EndpointSlice(
              new ObjectName("default", "web-1"),
              WEB,
              family,
              List.of(new EndpointSlice.Port("p", protocol, StickyNode.PORT)),
              List.of(endpoints),
              Optional.empty());
      ClusterSnapshot snapshot =
          ClusterSnapshot.empty()
              .apply(new ClusterEvent.ServiceSet(service))
              .apply(new ClusterEvent.SliceSet(slice));
      return Planner.plan(FamilyPlan.empty(context), snapshot, context);
    }

    Endpoint[] endpoints(int... numbers) {
      return IntStream.of(numbers)
          .mapToObj(i -> Endpoint.ready(node.endpoint(i).toString(), RandomCluster.NODE))
          .toArray(Endpoint[]::new);
    }

    void commit(FamilyPlan plan) throws Exception {
      CommitResult result = node.namespace().call(() -> dataplane.commit(plan));
      assertThat(result).isInstanceOf(CommitResult.Committed.class);
    }

    IpAddress ask(int client, IpAddress to) {
      return node.ask(
          node.client(client), to, protocol, to.equals(node.address()) ? NODE_PORT : 80);
    }

    Map<Integer, IpAddress> askAll(IpAddress to) {
      Map<Integer, IpAddress> reached = new HashMap<>();
      for (int client = 0; client < StickyNode.CLIENTS; client++) {
        reached.put(client, ask(client, to));
      }
      return reached;
    }

    String memory() throws Exception {
      return node.node("nft list map " + Field.ip(family) + " pointsman affinity");
    }
  }

  private interface Play {
    void in(World world) throws Exception;
  }

  private static void play(IpFamily family, Protocol protocol, Play play) throws Exception {
    try (StickyNode node = new StickyNode(family);
        Dataplane dataplane = node.namespace().call(() -> new NftablesBackend().open(family))) {
      play.in(new World(family, protocol, node, dataplane));
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aClientStaysWithItsEndpointByWhateverWayItComes(IpFamily family, Protocol protocol)
      throws Exception {
    play(
        family,
        protocol,
        world -> {
          world.commit(world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(0, 1, 2, 3)));
          Map<Integer, IpAddress> first = world.askAll(world.clusterIp());
          assertThat(new HashSet<>(first.values())).hasSizeGreaterThan(1);
          for (int i = 0; i < 3; i++) {
            assertThat(world.askAll(world.clusterIp())).isEqualTo(first);
            assertThat(world.askAll(world.vip())).isEqualTo(first);
            assertThat(world.askAll(world.externalIp())).isEqualTo(first);
            assertThat(world.askAll(world.node().address())).isEqualTo(first);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aRestartForgetsNobodyAndEndpointsThatComeOrGoMoveOnlyTheirOwnClients(
      IpFamily family, Protocol protocol) throws Exception {
    play(
        family,
        protocol,
        world -> {
          FamilyPlan four = world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(0, 1, 2, 3));
          world.commit(four);
          Map<Integer, IpAddress> first = world.askAll(world.node().address());
          try (Dataplane restarted =
              world.node().namespace().call(() -> new NftablesBackend().open(family))) {
            assertThat(world.node().namespace().call(() -> restarted.commit(four)))
                .isEqualTo(new CommitResult.Committed(0));
          }
          assertThat(world.askAll(world.vip())).isEqualTo(first);

          world.commit(world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(0, 1, 2, 3, 4)));
          assertThat(world.askAll(world.vip())).isEqualTo(first);

          IpAddress gone = Objects.requireNonNull(first.get(0));
          int[] left =
              IntStream.range(0, 4).filter(i -> !world.node().endpoint(i).equals(gone)).toArray();
          world.commit(world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(left)));
          assertThat(world.memory()).doesNotContain(" : " + gone);
          Map<Integer, IpAddress> second = world.askAll(world.clusterIp());
          first.forEach((client, endpoint) -> {
            if (endpoint.equals(gone)) {
              assertThat(second.get(client)).isNotEqualTo(gone);
            } else {
              assertThat(second.get(client)).isEqualTo(endpoint);
            }
          });

          world.commit(four);
          assertThat(world.askAll(world.clusterIp())).isEqualTo(second);

          world.commit(world.plan(TrafficPolicy.CLUSTER, 0, world.endpoints(0, 1, 2, 3)));
          assertThat(world.memory()).doesNotContain("elements");
        });
  }

  /** Each way looks for what it may use; where both may use an endpoint, they share the memory. */
  @ParameterizedTest
  @MethodSource("variants")
  void policyLocalNeverFollowsAMemoryToAnotherNode(IpFamily family, Protocol protocol)
      throws Exception {
    play(
        family,
        protocol,
        world -> {
          Endpoint[] endpoints = world.endpoints(0, 1, 2, 3);
          for (int i = 0; i < 2; i++) {
            endpoints[i] = Endpoint.ready(world.node().endpoint(i).toString(), "node-b");
          }
          List<IpAddress> local = List.of(world.node().endpoint(2), world.node().endpoint(3));
          world.commit(world.plan(TrafficPolicy.LOCAL, HOURS, endpoints));
          Map<Integer, IpAddress> inside = world.askAll(world.clusterIp());
          Map<Integer, IpAddress> outside = world.askAll(world.vip());
          assertThat(outside.values()).isSubsetOf(local);
          assertThat(world.askAll(world.clusterIp())).isEqualTo(inside);
          assertThat(world.askAll(world.node().address())).isEqualTo(outside);
          inside.forEach((client, endpoint) -> {
            if (local.contains(endpoint)) {
              assertThat(outside.get(client)).isEqualTo(endpoint);
            }
          });
        });
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void aNewConnectionProlongsTheMemory(IpFamily family) throws Exception {
    play(
        family,
        Protocol.TCP,
        world -> {
          world.commit(world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(0, 1)));
          IpAddress endpoint = world.ask(0, world.clusterIp());
          Matcher element =
              Pattern.compile("elements = \\{ (\\S+ \\. \\S+)").matcher(world.memory());
          assertThat(element.find()).isTrue();
          String old = "element %s pointsman %s { %s timeout 10m : %s }%n";
          String ip = Field.ip(family);
          String key = element.group(1);
          String lines =
              "flush map %s pointsman affinity%nflush map %1$s pointsman affinity-ports%n"
                      .formatted(ip)
                  + "add "
                  + old.formatted(ip, "affinity", key, endpoint)
                  + "add "
                  + old.formatted(ip, "affinity-ports", key, StickyNode.PORT);
          world.node().namespace().execWithInput(lines, "nft", "-f", "-").orThrow();
          assertThat(world.memory()).doesNotContain("expires 2h");
          assertThat(world.ask(0, world.vip())).isEqualTo(endpoint);
          assertThat(world.memory()).contains("expires 2h");
        });
  }

  /** Whatever went wrong before: who starts clears it up, while memories expire under its hands. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void startingSweepsWhatIsStaleAndNothingElse(IpFamily family) throws Exception {
    play(
        family,
        Protocol.TCP,
        world -> {
          FamilyPlan plan = world.plan(TrafficPolicy.CLUSTER, HOURS, world.endpoints(0, 1));
          world.commit(plan);
          Map<Integer, IpAddress> before = world.askAll(world.clusterIp());
          StringBuilder stale = new StringBuilder();
          for (int i = 0; i < 3000; i++) {
            String key = family == IpFamily.IPV4 ? "10.1." + i / 256 + "." + i % 256 : "0x" + i;
            String element = "add element %s pointsman %s { %s . 9:%x timeout %dms : %s }%n";
            int millis = 1 + i % 500 * (i % 2 == 0 ? 1 : 100);
            String ip = Field.ip(family);
            stale.append(
                element.formatted(ip, "affinity", key, i, millis, world.node().endpoint(0)));
            stale.append(element.formatted(ip, "affinity-ports", key, i, millis, "8080"));
          }
          world.node().namespace().execWithInput(stale.toString(), "nft", "-f", "-").orThrow();
          world.dataplane().forget();
          world.commit(plan);
          assertThat(world.memory()).doesNotContain(". 9:");
          assertThat(world.askAll(world.clusterIp())).isEqualTo(before);
        });
  }
}
