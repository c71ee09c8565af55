package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of packets, for rules written down here. */
class IptablesTracerTest {
  private static final Host HOST = new Host(Set.of(ip("192.0.2.1"), ip("2001:db8::1")));

  private static IpAddress ip(String text) {
    return IpAddress.of(text);
  }

  private static Trace trace(String rules, Packet packet) {
    return new IptablesTracer(SaveParser.parse(rules, packet.family()), packet.family())
        .trace(packet, HOST);
  }

  private static Packet arriving(String from, String to, int port) {
    return new Packet(new Packet.Origin.Arriving("eth0"), ip(from), ip(to), Protocol.TCP, port);
  }

  private static Packet sent(String from, String to, int port) {
    return new Packet(new Packet.Origin.Node(), ip(from), ip(to), Protocol.TCP, port);
  }

  private static String only(Trace trace) {
    assertThat(trace.outcomes()).hasSize(1);
    assertThat(trace.outcomes().getFirst().share()).isEqualTo(1);
    return trace.outcomes().getFirst().disposition().toString();
  }

  /** A port with endpoints 1..n. */
  private static FamilyPlan plan(int endpoints, int affinity) {
    List<Target> targets =
        IntStream.rangeClosed(1, endpoints)
            .mapToObj(i -> Plans.target(IpFamily.IPV4, i, 8080))
            .toList();
    return Plans.plan(
        Plans.context(IpFamily.IPV4),
        Plans.service(
            new PortPlan(
                new ServicePortName(new ObjectName("default", "web"), "", Protocol.TCP),
                List.of(Plans.clusterIp(ip("10.96.0.10"), Protocol.TCP, 80)),
                new Route.Internal(targets),
                new Route.External(targets),
                affinity,
                List.of(),
                targets)));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 60", "7, 0", "1000, 10800", "5000, 0"})
  void everyEndpointIsDrawnAlikeAndReachedByOnePath(int endpoints, int affinity) {
    Trace trace =
        new IptablesBackend()
            .tracer(plan(endpoints, affinity))
            .trace(arriving("203.0.113.9", "10.96.0.10", 80), HOST);
    assertThat(trace.outcomes()).hasSize(endpoints);
    assertThat(trace.outcomes().stream().map(Outcome::disposition).distinct()).hasSize(endpoints);
    assertThat(trace.outcomes().stream().map(Outcome::path).distinct()).hasSize(1);
    assertThat(trace.outcomes())
        .allSatisfy(o -> assertThat(o.share()).isCloseTo(1.0 / endpoints, within(1e-9)));
    assertThat(trace.outcomes().stream().mapToDouble(Outcome::share).sum())
        .isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatComesBackToItsSenderIsMasqueraded(Hairpin hairpin) {
    FamilyPlan plan = plan(2, 0);
    Trace trace =
        new IptablesTracer(new Compiler(hairpin).compile(plan).ruleset(), IpFamily.IPV4)
            .trace(arriving("10.244.0.2", "10.96.0.10", 80), HOST);
    assertThat(trace.fate().keySet().stream().map(Disposition::toString))
        .containsExactlyInAnyOrder(
            "DNAT to 10.244.0.1:8080, source kept", "DNAT to 10.244.0.2:8080, masqueraded");
  }

  @Test
  void thePathSaysWhichRulesDecided() {
    Trace trace =
        new IptablesBackend()
            .tracer(plan(3, 60))
            .trace(arriving("203.0.113.9", "10.96.0.10", 80), HOST);
    assertThat(trace.outcomes().getFirst().path().stream().map(Outcome.Step::toString))
        .containsExactly(
            "PREROUTING: -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES",
            "KUBE-SERVICES: -d 10.96.0.10/32 -p tcp -m comment --comment"
                + " \"default/web cluster IP\" -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G",
            "KUBE-SVC-LOLE4ISW44XBNF3G: ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m tcp"
                + " --dport 80 -j KUBE-MARK-MASQ",
            "KUBE-MARK-MASQ: -j MARK --set-xmark 0x4000/0x4000",
            "KUBE-SVC-LOLE4ISW44XBNF3G: -j KUBE-SEP-* (one of 3 endpoints)",
            "KUBE-SEP-*: -p tcp -m recent --set -j DNAT --to-destination (the endpoint drawn)",
            "FORWARD: -m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD",
            "KUBE-FORWARD: -m comment --comment \"kubernetes forwarding rules\" -m mark --mark"
                + " 0x4000/0x4000 -j ACCEPT",
            "POSTROUTING: -m comment --comment \"kubernetes postrouting rules\" -j"
                + " KUBE-POSTROUTING",
            "KUBE-POSTROUTING: -j MARK --set-xmark 0x4000/0x0",
            "KUBE-POSTROUTING: -m comment --comment \"kubernetes service traffic requiring SNAT\""
                + " -j MASQUERADE --random-fully");
  }

  private static final String JUMPS =
      """
      *filter
      :KUBE-SERVICES - [0:0]
      :KUBE-SVC-A - [0:0]
      :KUBE-SVC-B - [0:0]
      -A FORWARD -j KUBE-SERVICES
      -A KUBE-SERVICES -p tcp -m tcp --dport 1 -g KUBE-SVC-A
      -A KUBE-SERVICES -p tcp -m tcp --dport 2 -j KUBE-SVC-A
      -A KUBE-SERVICES -p tcp -m tcp --dport 3 -j KUBE-SVC-B
      -A KUBE-SERVICES -p tcp -m tcp --dport 4 -j RETURN
      -A KUBE-SERVICES -j DROP
      -A KUBE-SVC-A -j KUBE-SVC-B
      -A KUBE-SVC-B -p tcp -m tcp --dport 3 -j ACCEPT
      COMMIT
      """;

  @ParameterizedTest
  @CsvSource({"1, passed", "2, dropped", "3, passed", "4, passed", "5, dropped"})
  void chainsReturnWhereTheyShould(int port, String fate) {
    assertThat(only(trace(JUMPS, arriving("203.0.113.9", "203.0.113.10", port)))).startsWith(fate);
  }

  /** A shared chain as the kubelet and an administrator may have left it. */
  @Test
  void whatCannotBeToldIsNotKeptQuiet() {
    String rules =
        """
        *filter
        :KUBE-FIREWALL - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A KUBE-FIREWALL -m limit --limit 5/hour -j DROP
        -A KUBE-FIREWALL -m mark --mark 0x8000/0x8000 -j DROP
        -A KUBE-FIREWALL -p tcp -j LOG-CHAIN
        COMMIT
        """;
    Trace trace = trace(rules, arriving("203.0.113.9", "192.0.2.1", 80));
    assertThat(only(trace)).startsWith("passed");
    assertThat(trace.outcomes().getFirst().path().stream().map(Outcome.Step::toString))
        .containsExactlyInAnyOrder(
            "INPUT: -j KUBE-FIREWALL",
            "KUBE-FIREWALL: -m limit --limit 5/hour -j DROP (cannot be told; taken as not"
                + " matching)",
            "KUBE-FIREWALL: -p tcp -j LOG-CHAIN (chain of others; taken as coming back)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,48 0 0 9", // loads a byte
        "2,32 0 0 0,6 0 0 1", // loads a word that is no address
        "1,32 0 0 12" // ends without an answer
      })
  void aProgramThatIsNotModelledCannotBeTold(String program) {
    String rules =
        "*filter\n:KUBE-SERVICES - [0:0]\n-A FORWARD -j KUBE-SERVICES\n"
            + "-A KUBE-SERVICES -m bpf --bytecode \""
            + program
            + "\" -j DROP\nCOMMIT\n";
    Trace trace = trace(rules, arriving("203.0.113.9", "203.0.113.10", 80));
    assertThat(only(trace)).startsWith("passed");
    assertThat(trace.outcomes().getFirst().path().getLast().toString()).contains("cannot be told");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.3, YES",
    "10.1.2.3, 10.1.2.4, NO",
    "fd00::1:2:3:4, fd00::1:2:3:4, YES",
    "fd00::1:2:3:4, fe00::1:2:3:4, NO",
    "fd00::1:2:3:4, fd00::1:2:3:5, NO",
  })
  void theHairpinProgramComparesTheAddresses(String source, String destination, Truth same) {
    PacketState packet = PacketState.of(arriving(source, destination, 80));
    assertThat(SocketFilter.accepts(Hairpin.sourceIsDestination(packet.family()).program(), packet))
        .isEqualTo(same);
  }

  /** The guard of route_localnet, which must let node ports on localhost pass. */
  @Test
  void neighboursDoNotReachLocalhost() {
    FamilyPlan plan = plan(1, 0);
    assertThat(
            only(
                new IptablesBackend()
                    .tracer(plan)
                    .trace(arriving("203.0.113.9", "127.0.0.1", 22), HOST)))
        .isEqualTo("dropped");
    assertThat(
            only(
                new IptablesBackend().tracer(plan).trace(sent("127.0.0.1", "127.0.0.1", 22), HOST)))
        .startsWith("passed");
  }

  @Test
  void aPacketOfTheOtherFamilyIsAMistake() {
    assertThatThrownBy(() ->
            new IptablesTracer(IptablesRuleset.EMPTY, IpFamily.IPV6)
                .trace(arriving("203.0.113.9", "10.96.0.10", 80), HOST))
        .hasMessageContaining("IPv6");
  }
}
