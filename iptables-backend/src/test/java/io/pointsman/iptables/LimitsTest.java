package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.DataplaneException;
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
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The largest Services that the API lets in. */
class LimitsTest {
  private static final int SLICE = 1000;
  private static final ObjectName LONGEST = new ObjectName("n".repeat(63), "s".repeat(63));

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  /** A Service port as long as IANA lets its name be (RFC 6335, 15 characters). */
  private static String portName(int number) {
    return String.format(java.util.Locale.ROOT, "p%014d", number);
  }

  private static FamilyPlan plan(IpFamily family, int ports, int endpoints, int affinity) {
    List<Service.Port> servicePorts =
        IntStream.range(0, ports)
            .mapToObj(i -> new Service.Port(portName(i), Protocol.TCP, 1 + i, 30000 + i))
            .toList();
    Service service =
        new Service(
            LONGEST,
            Instant.EPOCH,
            ServiceType.LOAD_BALANCER,
            List.of("10.96.0.10", "fd00:96::10"),
            List.of(IpFamily.IPV4, IpFamily.IPV6),
            servicePorts,
            List.of(),
            List.of("198.51.100.1", "2001:db8:1::1"),
            List.of("203.0.113.0/24", "2001:db8:9::/48"),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.LOCAL,
            affinity,
            0);
    ClusterSnapshot snapshot = ClusterSnapshot.empty().apply(new ClusterEvent.ServiceSet(service));
    for (int first = 0; first < endpoints; first += SLICE) {
      snapshot =
          snapshot.apply(
              new ClusterEvent.SliceSet(
                  slice(family, ports, first, Math.min(endpoints, first + SLICE))));
    }
    NodeContext context = Plans.context(family);
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  private static EndpointSlice slice(IpFamily family, int ports, int first, int end) {
    return new EndpointSlice(
        new ObjectName(LONGEST.namespace(), "slice-" + first),
        LONGEST,
        family,
        IntStream.range(0, ports)
            .mapToObj(i -> new EndpointSlice.Port(portName(i), Protocol.TCP, 8000 + i))
            .toList(),
        IntStream.range(first, end)
            .mapToObj(i -> Plans.target(family, 1 + i, 1).address().toString())
            .map(address -> Endpoint.ready(address, "node-2"))
            .toList(),
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theKernelTakesThem(IpFamily family, Tools.Flavour flavour) throws DataplaneException {
    try (Sandbox sandbox = Sandbox.create();
        IptablesDataplane dataplane =
            IptablesDataplane.open(sandbox.tools(family, flavour), sandbox::stamp)) {
      for (FamilyPlan plan :
          List.of(
              plan(family, 250, 2, 0),
              plan(family, 1, 5 * SLICE, 0),
              plan(family, 1, 30, 1),
              plan(family, 1, 30, 86_400))) {
        assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
        assertThat(dataplane.drift()).isEmpty();
      }
    }
  }

  @Test
  void eachOfFiveThousandEndpointsIsDrawnAlike() {
    IpAddress node = IpAddress.of("192.0.2.1");
    Packet packet =
        new Packet(
            new Packet.Origin.Arriving("cbr0"),
            IpAddress.of("203.0.113.5"),
            IpAddress.of("10.96.0.10"),
            Protocol.TCP,
            1);
    for (int affinity : List.of(0, 86_400)) {
      Trace trace =
          new IptablesBackend()
              .tracer(plan(IpFamily.IPV4, 1, 5 * SLICE, affinity))
              .trace(packet, new Host(Set.of(node)));
      assertThat(trace.outcomes()).hasSize(5 * SLICE);
      assertThat(trace.outcomes().stream().map(Outcome::share))
          .allSatisfy(share -> assertThat(share).isCloseTo(1.0 / (5 * SLICE), within(1e-9)));
    }
  }

  @Test
  void anInterfacePrefixMayBeAsLongAsAName() {
    String fourteen = "i".repeat(14);
    Rule rule = Rule.of(new Action.Drop());
    assertThat(new PodDetection(new LocalDetector.InterfacePrefix(fourteen)).fromPod(rule))
        .hasToString("Optional[ -i \"" + fourteen + "+\" -j DROP]");
    assertThat(new PodDetection(new LocalDetector.InterfacePrefix(fourteen + "i")).fromPod(rule))
        .hasToString("Optional[ -i \"" + fourteen + "i\" -j DROP]");
  }

  @Test
  void liberalConntrackKeepsInvalidPackets() {
    assertThat(InvalidPackets.of("0\n")).isEqualTo(InvalidPackets.DROPPED);
    assertThat(InvalidPackets.of("1\n")).isEqualTo(InvalidPackets.ACCEPTED);
    FamilyPlan plan = FamilyPlan.empty(Plans.context(IpFamily.IPV4));
    for (InvalidPackets invalid : InvalidPackets.values()) {
      Compiler compiler = new Compiler(Hairpin.BY_PACKET, invalid, false);
      assertThat(
              Printer.full(compiler.compile(plan).ruleset()).contains("--ctstate INVALID -j DROP"))
          .isEqualTo(invalid == InvalidPackets.DROPPED);
    }
  }
}
