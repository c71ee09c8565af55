package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who reaches which endpoints, and with whose address, through the rules themselves. */
class MasqueradeMatrixTest {
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final String BRIDGE = "cbr0";

  /** The addresses of one family. */
  private record World(
      IpFamily family,
      String node,
      String pods,
      String pod,
      String outside,
      String clusterIp,
      String vip,
      String here,
      String there) {
    static World of(IpFamily family) {
      return family == IpFamily.IPV4
          ? new World(
              family,
              "172.29.0.11",
              "10.244.0.0/16",
              "10.244.0.9",
              "203.0.113.9",
              "10.96.0.10",
              "198.51.100.1",
              "10.244.0.5",
              "10.244.1.5")
          : new World(
              family,
              "fd00:29::11",
              "fd00:244::/32",
              "fd00:244::9",
              "2001:db8:9::9",
              "fd00:96::a",
              "2001:db8:1::1",
              "fd00:244::5",
              "fd00:244:1::5");
    }

    Host host() {
      return new Host(Set.of(IpAddress.of(node)));
    }

    LocalDetector byRange() {
      return new LocalDetector.SourceRange(Cidr.of(pods));
    }
  }

  /**
   * One endpoint here (L), one elsewhere; C is both, M that the node's address is seen instead of
   * the client's. The columns: policies default, external Local, internal Local; then without a way
   * to tell pods: default and external Local; then masqueradeAll, and that without a way to tell.
   */
  @ParameterizedTest
  @CsvSource({
    "pod,     clusterIP, C,   C,   L,   C,   C,   C M, C M",
    "pod,     nodePort,  C M, C,   C M, C M, L,   C M, L",
    "pod,     vip,       C M, C,   C M, C M, L,   C M, L",
    "itself,  clusterIP, C H, C H, L H, C H, C H, C M, C M",
    "itself,  vip,       C M, C H, C M, C M, L H, C M, L H",
    "node,    clusterIP, C M, C M, L M, C,   C,   C M, C M",
    "node,    nodePort,  C M, C M, C M, C M, C M, C M, C M",
    "node,    vip,       C M, C M, C M, C M, C M, C M, C M",
    "outside, clusterIP, C M, C M, L M, C,   C,   C M, C M",
    "outside, nodePort,  C M, L,   C M, C M, L,   C M, L",
    "outside, vip,       C M, L,   C M, C M, L,   C M, L",
  })
  void policyAndOriginDecide(
      String from,
      String to,
      String byDefault,
      String externalLocal,
      String internalLocal,
      String nobodyKnown,
      String nobodyKnownLocal,
      String all,
      String allLocal) {
    for (IpFamily family : IpFamily.values()) {
      World world = World.of(family);
      Packet packet = packet(world, from, to);
      LocalDetector none = new LocalDetector.None();
      for (LocalDetector pods :
          List.of(
              world.byRange(),
              new LocalDetector.Bridge(BRIDGE),
              new LocalDetector.InterfacePrefix("cb"))) {
        String what = packet + " by " + pods;
        assertThat(fate(world, packet, "", pods, false)).as(what).isEqualTo(byDefault);
        assertThat(fate(world, packet, "eTP", pods, false)).as(what).isEqualTo(externalLocal);
        assertThat(fate(world, packet, "iTP", pods, false)).as(what).isEqualTo(internalLocal);
        assertThat(fate(world, packet, "", pods, true)).as(what).isEqualTo(all);
      }
      assertThat(fate(world, packet, "", none, false)).isEqualTo(nobodyKnown);
      assertThat(fate(world, packet, "eTP", none, false)).isEqualTo(nobodyKnownLocal);
      assertThat(fate(world, packet, "eTP", none, true)).isEqualTo(allLocal);
    }
  }

  private static Packet packet(World world, String from, String to) {
    Packet.Origin origin =
        switch (from) {
          case "pod", "itself" -> new Packet.Origin.Arriving(BRIDGE);
          case "node" -> new Packet.Origin.Node();
          default -> new Packet.Origin.Arriving("eth0");
        };
    String source =
        switch (from) {
          case "pod" -> world.pod();
          case "itself" -> world.here();
          case "node" -> world.node();
          default -> world.outside();
        };
    String destination =
        switch (to) {
          case "clusterIP" -> world.clusterIp();
          case "vip" -> world.vip();
          default -> world.node();
        };
    return new Packet(
        origin,
        IpAddress.of(source),
        IpAddress.of(destination),
        Protocol.TCP,
        to.equals("nodePort") ? 30080 : 80);
  }

  /** C or L; M when all is masqueraded, H when only what comes back to its sender is. */
  private static String fate(
      World world, Packet packet, String local, LocalDetector detector, boolean masqueradeAll) {
    List<Endpoint> endpoints =
        List.of(
            Endpoint.ready(world.here(), RandomCluster.NODE),
            Endpoint.ready(world.there(), "node-b"));
    FamilyPlan plan =
        plan(
            context(world, detector, masqueradeAll),
            service(
                world,
                local.equals("iTP") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                local.equals("eTP") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER),
            endpoints);
    Map<String, Boolean> reached = new TreeMap<>();
    new NftablesBackend()
        .tracer(plan).trace(packet, world.host()).fate().keySet().stream()
            .map(disposition -> (Disposition.Dnat) disposition)
            .forEach(dnat -> reached.put(dnat.address().toString(), dnat.masqueraded()));
    assertThat(reached.keySet()).isSubsetOf(world.here(), world.there()).contains(world.here());
    boolean here = reached.getOrDefault(world.here(), false);
    boolean there = reached.getOrDefault(world.there(), false);
    String who = reached.size() == 2 ? "C" : "L";
    if (packet.source().toString().equals(world.here()) && here && !there) {
      return who + " H";
    }
    assertThat(there).isEqualTo(here && reached.size() == 2);
    return who + (here ? " M" : "");
  }

  private static NodeContext context(World world, LocalDetector detector, boolean masqueradeAll) {
    return new NodeContext(
        world.family(),
        RandomCluster.NODE,
        "",
        Optional.of(IpAddress.of(world.node())),
        detector,
        new NodePortAddresses.All(),
        false,
        masqueradeAll,
        14,
        List.of());
  }

  private static Service service(World world, TrafficPolicy internal, TrafficPolicy external) {
    return new Service(
        WEB,
        Instant.EPOCH,
        ServiceType.LOAD_BALANCER,
        List.of(world.clusterIp()),
        List.of(world.family()),
        List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
        List.of(),
        List.of(world.vip()),
        List.of(),
        internal,
        external,
        0,
        0);
  }

  private static FamilyPlan plan(NodeContext context, Service service, List<Endpoint> endpoints) {
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("default", "web-1"),
            WEB,
            context.family(),
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            endpoints,
            Optional.empty());
    ClusterSnapshot snapshot =
        ClusterSnapshot.empty()
            .apply(new ClusterEvent.ServiceSet(service))
            .apply(new ClusterEvent.SliceSet(slice));
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  @Test
  void fiveThousandEndpointsShareOnePath() {
    World world = World.of(IpFamily.IPV4);
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      endpoints.add(Endpoint.ready("10.244." + (2 + i / 250) + "." + (1 + i % 250), "node-b"));
    }
    FamilyPlan plan =
        plan(
            context(world, world.byRange(), false),
            service(world, TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER),
            endpoints);
    List<Outcome> outcomes =
        new NftablesBackend()
            .tracer(plan)
            .trace(packet(world, "outside", "vip"), world.host())
            .outcomes();
    assertThat(outcomes).hasSize(5000);
    List<Outcome.Step> path = outcomes.getFirst().path();
    assertThat(outcomes)
        .allSatisfy(outcome -> {
          assertThat(outcome.share()).isCloseTo(1.0 / 5000, within(1e-12));
          assertThat(outcome.path()).isEqualTo(path);
        });
    assertThat(path).extracting(Outcome.Step::rule).noneMatch(rule -> rule.contains("10.244.2."));
    assertThat(outcomes).extracting(Outcome::disposition).doesNotHaveDuplicates();
  }
}
