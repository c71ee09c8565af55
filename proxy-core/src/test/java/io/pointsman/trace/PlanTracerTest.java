package io.pointsman.trace;

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
import io.pointsman.testing.RandomNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTracerTest {
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final IpAddress NODE = ip("172.29.0.11");
  private static final Host HOST = new Host(Set.of(NODE));

  private static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  /**
   * Who reaches which endpoints, and whether masqueraded (M): one endpoint here (L), one elsewhere;
   * C is both. The columns: policies default, external Local, internal Local; then external Local
   * without a way to tell pods, internal default with masqueradeAll.
   */
  @ParameterizedTest
  @CsvSource({
    "pod,     clusterIP, C,   C,   L,   C,   C M",
    "pod,     nodePort,  C M, C,   C M, L,   C M",
    "pod,     vip,       C M, C,   C M, L,   C M",
    "node,    clusterIP, C M, C M, L M, C,   C M",
    "node,    nodePort,  C M, C M, C M, C M, C M",
    "node,    vip,       C M, C M, C M, C M, C M",
    "outside, clusterIP, C M, C M, L M, C,   C M",
    "outside, nodePort,  C M, L,   C M, L,   C M",
    "outside, vip,       C M, L,   C M, L,   C M",
  })
  void policyAndOriginDecide(
      String from,
      String to,
      String byDefault,
      String externalLocal,
      String internalLocal,
      String withoutDetector,
      String masqueradeAll) {
    Packet packet = packet(from, to);
    LocalDetector pods = new LocalDetector.SourceRange(Cidr.of("10.244.0.0/16"));
    TrafficPolicy any = TrafficPolicy.CLUSTER;
    TrafficPolicy near = TrafficPolicy.LOCAL;
    assertThat(fate(packet, any, any, pods, false)).isEqualTo(byDefault);
    assertThat(fate(packet, any, near, pods, false)).isEqualTo(externalLocal);
    assertThat(fate(packet, near, any, pods, false)).isEqualTo(internalLocal);
    assertThat(fate(packet, any, near, new LocalDetector.None(), false)).isEqualTo(withoutDetector);
    assertThat(fate(packet, any, any, pods, true)).isEqualTo(masqueradeAll);
  }

  private static Packet packet(String from, String to) {
    Packet.Origin origin =
        switch (from) {
          case "pod" -> new Packet.Origin.Arriving("cbr0");
          case "node" -> new Packet.Origin.Node();
          default -> new Packet.Origin.Arriving("eth0");
        };
    IpAddress source =
        switch (from) {
          case "pod" -> ip("10.244.0.9");
          case "node" -> NODE;
          default -> ip("203.0.113.9");
        };
    return switch (to) {
      case "clusterIP" -> new Packet(origin, source, ip("10.96.0.10"), Protocol.TCP, 80);
      case "vip" -> new Packet(origin, source, ip("198.51.100.1"), Protocol.TCP, 80);
      default -> new Packet(origin, source, NODE, Protocol.TCP, 30080);
    };
  }

  private static String fate(
      Packet packet,
      TrafficPolicy internal,
      TrafficPolicy external,
      LocalDetector detector,
      boolean masqueradeAll) {
    NodeContext context =
        new NodeContext(
            IpFamily.IPV4,
            RandomCluster.NODE,
            "",
            Optional.of(NODE),
            detector,
            new NodePortAddresses.All(),
            false,
            masqueradeAll,
            14,
            List.of());
    Service service =
        new Service(
            WEB,
            Instant.EPOCH,
            ServiceType.LOAD_BALANCER,
            List.of("10.96.0.10"),
            List.of(IpFamily.IPV4),
            List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
            List.of(),
            List.of("198.51.100.1"),
            List.of(),
            internal,
            external,
            0,
            0);
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("default", "web-1"),
            WEB,
            IpFamily.IPV4,
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            List.of(
                Endpoint.ready("10.244.0.5", RandomCluster.NODE),
                Endpoint.ready("10.244.1.5", "node-b")),
            Optional.empty());
    ClusterSnapshot snapshot =
        ClusterSnapshot.empty()
            .apply(new ClusterEvent.ServiceSet(service))
            .apply(new ClusterEvent.SliceSet(slice));
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    Set<String> fates =
        new PlanTracer(plan, ModeTraits.NFTABLES)
            .trace(packet, HOST).fate().keySet().stream()
                .map(disposition -> (Disposition.Dnat) disposition)
                .map(dnat -> dnat.address() + (dnat.masqueraded() ? " M" : ""))
                .collect(Collectors.toSet());
    String hidden = fates.iterator().next().endsWith(" M") ? " M" : "";
    boolean both = fates.equals(Set.of("10.244.0.5" + hidden, "10.244.1.5" + hidden));
    assertThat(both || fates.equals(Set.of("10.244.0.5" + hidden))).as("%s", fates).isTrue();
    return (both ? "C" : "L") + hidden;
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void sharesAlwaysAddUpToOne(IpFamily family) {
    for (long seed = 1; seed <= 20; seed++) {
      RandomCluster cluster = new RandomCluster(seed);
      RandomNode node = new RandomNode(family, seed);
      ClusterSnapshot snapshot = ClusterSnapshot.empty();
      for (int i = 0; i < 100; i++) {
        snapshot = snapshot.apply(cluster.next());
      }
      NodeContext context = node.context();
      Tracer tracer =
          new PlanTracer(
              Planner.plan(FamilyPlan.empty(context), snapshot, context), ModeTraits.IPTABLES);
      for (int i = 0; i < 200; i++) {
        Packet packet = node.packet();
        Trace trace = tracer.trace(packet, node.host());
        assertThat(trace.outcomes().stream().mapToDouble(Outcome::share).sum())
            .as("seed %s, %s", seed, packet)
            .isCloseTo(1, within(1e-9));
      }
    }
  }

  @Test
  void aPacketIsToldInWords() {
    assertThat(packet("pod", "vip").toString().toLowerCase(Locale.ROOT))
        .isEqualTo("10.244.0.9 -> 198.51.100.1:80/tcp from interface cbr0");
  }
}
