package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Tracer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which endpoints each client reaches at each frontend, and whether its source is hidden (M). One
 * endpoint is on this node and one on another: C is both, L the one here.
 */
class PolicyMatrixTest {
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final TrafficPolicy CLUSTER = TrafficPolicy.CLUSTER;
  private static final TrafficPolicy LOCAL = TrafficPolicy.LOCAL;

  /** In a family, how pods are told apart, and whether all traffic is masqueraded. */
  private record World(IpFamily family, boolean detects, boolean masqueradeAll) {
    IpAddress ip(String v4, String v6) {
      return IpAddress.of(family == IpFamily.IPV4 ? v4 : v6);
    }

    IpAddress node() {
      return ip("172.29.0.11", "fd00:29::11");
    }

    IpAddress here() {
      return ip("10.244.1.5", "fd00:244:1::5");
    }

    IpAddress elsewhere() {
      return ip("10.244.2.5", "fd00:244:2::5");
    }

    NodeContext context() {
      Cidr pods = Cidr.of(family == IpFamily.IPV4 ? "10.244.0.0/16" : "fd00:244::/32");
      return new NodeContext(
          family,
          "node-a",
          "",
          Optional.of(node()),
          detects ? new LocalDetector.SourceRange(pods) : new LocalDetector.None(),
          new NodePortAddresses.All(),
          true,
          masqueradeAll,
          14,
          List.of());
    }
  }

  /**
   * The columns: by default, with externalTrafficPolicy Local, with internalTrafficPolicy Local;
   * without knowing pods: by default, externalTrafficPolicy Local; with masqueradeAll: by default;
   * with both: externalTrafficPolicy Local.
   */
  @ParameterizedTest
  @CsvSource({
    "pod,       clusterIP,  C,   C,   L,   C,   C,   C M, C M",
    "pod,       externalIP, C M, C,   C M, C M, L,   C M, L",
    "pod,       vip,        C M, C,   C M, C M, L,   C M, L",
    "pod,       nodePort,   C M, C,   C M, C M, L,   C M, L",
    "node,      clusterIP,  C M, C M, L M, C,   C,   C M, C M",
    "node,      externalIP, C M, C M, C M, C M, C M, C M, C M",
    "node,      vip,        C M, C M, C M, C M, C M, C M, C M",
    "node,      nodePort,   C M, C M, C M, C M, C M, C M, C M",
    "localhost, nodePort,   C M, C M, C M, C M, C M, C M, C M",
    "outside,   clusterIP,  C M, C M, L M, C,   C,   C M, C M",
    "outside,   externalIP, C M, L,   C M, C M, L,   C M, L",
    "outside,   vip,        C M, L,   C M, C M, L,   C M, L",
    "outside,   nodePort,   C M, L,   C M, C M, L,   C M, L",
  })
  void policyAndOriginDecide(
      String from,
      String to,
      String byDefault,
      String externalLocal,
      String internalLocal,
      String unknownPods,
      String unknownPodsExternalLocal,
      String masqueradeAll,
      String masqueradeAllUnknownPods) {
    for (IpFamily family : IpFamily.values()) {
      if (from.equals("localhost") && family == IpFamily.IPV6) {
        continue;
      }
      World world = new World(family, true, false);
      assertThat(fate(world, CLUSTER, CLUSTER, from, to)).isEqualTo(byDefault);
      assertThat(fate(world, CLUSTER, LOCAL, from, to)).isEqualTo(externalLocal);
      assertThat(fate(world, LOCAL, CLUSTER, from, to)).isEqualTo(internalLocal);
      World unknown = new World(family, false, false);
      assertThat(fate(unknown, CLUSTER, CLUSTER, from, to)).isEqualTo(unknownPods);
      assertThat(fate(unknown, CLUSTER, LOCAL, from, to)).isEqualTo(unknownPodsExternalLocal);
      World all = new World(family, true, true);
      assertThat(fate(all, CLUSTER, CLUSTER, from, to)).isEqualTo(masqueradeAll);
      World both = new World(family, false, true);
      assertThat(fate(both, CLUSTER, LOCAL, from, to)).isEqualTo(masqueradeAllUnknownPods);
    }
  }

  private static String fate(
      World world, TrafficPolicy internal, TrafficPolicy external, String from, String to) {
    FamilyPlan plan = plan(world, internal, external);
    Tracer tracer = new IptablesBackend().tracer(plan);
    Host host = new Host(Set.of(world.node()));
    Set<IpAddress> reached = new TreeSet<>();
    Set<Boolean> masqueraded = new TreeSet<>();
    for (Disposition fate : tracer.trace(packet(world, from, to), host).fate().keySet()) {
      Disposition.Dnat dnat = (Disposition.Dnat) fate;
      reached.add(dnat.address());
      masqueraded.add(dnat.masqueraded());
    }
    assertThat(masqueraded).hasSize(1);
    assertThat(reached)
        .isIn(Set.of(world.here()), new TreeSet<>(Set.of(world.here(), world.elsewhere())));
    return (reached.size() == 2 ? "C" : "L") + (masqueraded.contains(true) ? " M" : "");
  }

  private static Packet packet(World world, String from, String to) {
    Packet.Origin origin =
        switch (from) {
          case "pod" -> new Packet.Origin.Arriving("cbr0");
          case "node", "localhost" -> new Packet.Origin.Node();
          default -> new Packet.Origin.Arriving("eth0");
        };
    IpAddress source =
        switch (from) {
          case "pod" -> world.ip("10.244.1.9", "fd00:244:1::9");
          case "node" -> world.node();
          case "localhost" -> world.ip("127.0.0.1", "::1");
          default -> world.ip("203.0.113.9", "2001:db8:9::9");
        };
    IpAddress destination =
        switch (to) {
          case "clusterIP" -> world.ip("10.96.0.10", "fd00:96::10");
          case "externalIP" -> world.ip("192.0.2.1", "2001:db8::1");
          case "vip" -> world.ip("198.51.100.1", "2001:db8:1::1");
          default -> from.equals("localhost") ? source : world.node();
        };
    int port = to.equals("nodePort") ? 30080 : 80;
    return new Packet(origin, source, destination, Protocol.TCP, port);
  }

  private static FamilyPlan plan(World world, TrafficPolicy internal, TrafficPolicy external) {
    Service service =
        new Service(
            WEB,
            Instant.EPOCH,
            ServiceType.LOAD_BALANCER,
            List.of("10.96.0.10", "fd00:96::10"),
            List.of(IpFamily.IPV4, IpFamily.IPV6),
            List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
            List.of("192.0.2.1", "2001:db8::1"),
            List.of("198.51.100.1", "2001:db8:1::1"),
            List.of(),
            internal,
            external,
            0,
            0);
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("default", "web-1"),
            WEB,
            world.family(),
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            List.of(
                Endpoint.ready(world.here().toString(), "node-a"),
                Endpoint.ready(world.elsewhere().toString(), "node-b")),
            Optional.empty());
    ClusterSnapshot snapshot =
        ClusterSnapshot.empty()
            .apply(new ClusterEvent.ServiceSet(service))
            .apply(new ClusterEvent.SliceSet(slice));
    return Planner.plan(FamilyPlan.empty(world.context()), snapshot, world.context());
  }
}
