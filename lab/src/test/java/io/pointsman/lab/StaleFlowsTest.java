package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.agent.FlowReport;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.conntrack.ConntrackEntry;
import io.pointsman.netlink.conntrack.ConntrackTuple;
import io.pointsman.netlink.conntrack.KernelTable;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real agent and a table with 20,000 UDP flows: exactly the right ones go. */
@NeedsLab
class StaleFlowsTest {
  private static final int SERVICES = 10;
  private static final int FLOWS = 2000;

  enum Family {
    FOUR(StandardProtocolFamily.INET, IpFamily.IPV4, "10.211.0.0/16", "10.211.0.", "10.210.1."),
    SIX(
        StandardProtocolFamily.INET6,
        IpFamily.IPV6,
        "fd00:211::/112",
        "fd00:211::",
        "fd00:210:1::");

    final StandardProtocolFamily family;
    final IpFamily ipFamily;
    final String cidr;
    final String services;
    final String pods;

    Family(
        StandardProtocolFamily family,
        IpFamily ipFamily,
        String cidr,
        String services,
        String pods) {
      this.family = family;
      this.ipFamily = ipFamily;
      this.cidr = cidr;
      this.services = services;
      this.pods = pods;
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void onlyFlowsOfWhatChangedGo(Family family) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2))) {
      Flows flows = new Flows(lab, family);
      Set<ConntrackEntry> all = flows.udp();
      assertThat(all).hasSize(SERVICES * FLOWS + 1);
      List<ConntrackEntry> tcp = flows.tcp();
      assertThat(tcp).hasSize(1);

      for (int start = 1; start <= 2; start++) {
        try (HandFedAgent agent = agent(lab, "nftables", cluster(family, SERVICES))) {
          FlowReport report = agent.nextFlows(family.ipFamily);
          assertThat(report.deleted()).as("start %d", start).isZero();
          assertThat(report.frontends()).isEqualTo(SERVICES);
          assertThat(flows.udp()).isEqualTo(all);
        }
      }

      try (HandFedAgent agent = agent(lab, "nftables", cluster(family, SERVICES))) {
        agent.nextFlows(family.ipFamily);
        agent.send(slice(family, 3, 12));
        FlowReport replaced = agent.nextFlows(family.ipFamily);
        assertThat(replaced.frontends()).isEqualTo(1);
        assertThat(replaced.deleted()).isEqualTo(FLOWS);
        Set<ConntrackEntry> left = flows.without(all, 3);
        assertThat(flows.udp()).isEqualTo(left);

        agent.send(new ClusterEvent.ServiceGone(name(5)));
        assertThat(agent.nextFlows(family.ipFamily).deleted()).isEqualTo(FLOWS);
        left = flows.without(left, 5);
        assertThat(flows.udp()).isEqualTo(left);

        agent.send(
            IntStream.range(0, SERVICES)
                .mapToObj(i -> new ClusterEvent.ServiceGone(name(i)))
                .toArray(ClusterEvent[]::new));
        FlowReport gone = agent.nextFlows(family.ipFamily);
        assertThat(gone.deleted()).isEqualTo((SERVICES - 2) * FLOWS);
        assertThat(flows.udp()).as("of no Service").hasSize(1);
        assertThat(flows.tcp()).isEqualTo(tcp);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void whatWentWhileTheAgentWasAwayIsMadeUpFor(String mode) throws Exception {
    Family family = Family.FOUR;
    try (Lab lab = Lab.up(Topology.standard(1, 2))) {
      Flows flows = new Flows(lab, family);
      Set<ConntrackEntry> all = flows.udp();
      List<ClusterEvent> cluster = cluster(family, SERVICES);
      // Gone altogether; another endpoint; left to another proxy, which shows in its slice alone.
      cluster.removeIf(event -> isOf(event, 3) || isOf(event, 4) || isServiceOf(event, 5));
      cluster.add(service(family, 4));
      cluster.add(slice(family, 4, 12));

      try (HandFedAgent agent = agent(lab, mode, cluster)) {
        assertThat(agent.nextFlows(family.ipFamily).deleted()).isEqualTo(2 * FLOWS);
      }

      assertThat(flows.udp()).isEqualTo(flows.without(flows.without(all, 3), 4));
      assertThat(flows.tcp()).hasSize(1);
    }
  }

  private static HandFedAgent agent(Lab lab, String mode, List<ClusterEvent> cluster) {
    return new HandFedAgent(lab.namespace("A"), AgentOptions.defaults(mode, "node-a"), cluster);
  }

  private static List<ClusterEvent> cluster(Family family, int services) {
    List<ClusterEvent> events = new ArrayList<>();
    events.add(
        new ClusterEvent.ServiceCidrSet(new ServiceCidr("kubernetes", List.of(family.cidr))));
    for (int i = 0; i < services; i++) {
      events.add(service(family, i));
      events.add(slice(family, i, pod(i)));
    }
    return events;
  }

  private static ObjectName name(int number) {
    return new ObjectName("default", "udp-" + number);
  }

  /** The pod that serves all flows of a Service at first. */
  private static int pod(int service) {
    return service == 5 ? 12 : 11;
  }

  private static boolean isServiceOf(ClusterEvent event, int number) {
    return event instanceof ClusterEvent.ServiceSet(Service service)
        && service.name().equals(name(number));
  }

  private static boolean isOf(ClusterEvent event, int number) {
    return isServiceOf(event, number)
        || (event instanceof ClusterEvent.SliceSet(EndpointSlice slice)
            && slice.service().equals(name(number)));
  }

  private static ClusterEvent service(Family family, int number) {
    return new ClusterEvent.ServiceSet(
        new Service(
            name(number),
            Instant.EPOCH,
            ServiceType.CLUSTER_IP,
            List.of(family.services + (10 + number)),
            List.of(family.ipFamily),
            List.of(
                new Service.Port("u", Protocol.UDP, 53, 0),
                new Service.Port("t", Protocol.TCP, 53, 0)),
            List.of(),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0));
  }

  private static ClusterEvent slice(Family family, int number, int pod) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            name(number),
            name(number),
            family.ipFamily,
            List.of(
                new EndpointSlice.Port("u", Protocol.UDP, 53),
                new EndpointSlice.Port("t", Protocol.TCP, 53)),
            List.of(Endpoint.ready(family.pods + pod, "node-a")),
            Optional.empty()));
  }

  /** The node's table: flows of each Service to its pod, and one of each protocol besides. */
  private static final class Flows {
    private final Lab lab;
    private final Family family;

    Flows(Lab lab, Family family) throws Exception {
      this.lab = lab;
      this.family = family;
      lab.namespace("A")
          .call(() -> {
            fill();
            return true;
          });
    }

    private void fill() throws IOException {
      // What the lab sent while it came up.
      try (KernelTable table = KernelTable.open()) {
        table.clear(family.family);
        for (int i = 0; i < SERVICES * FLOWS; i++) {
          int service = i % SERVICES;
          table.addTranslated(
              flow(17, 2000 + i / SERVICES, family.services + (10 + service)),
              InetAddress.ofLiteral(family.pods + pod(service)));
        }
        table.add(flow(17, 2000, family.pods + "250"));
        table.addTranslated(
            flow(6, 2000, family.services + "13"), InetAddress.ofLiteral(family.pods + pod(3)));
      }
    }

    private ConntrackTuple flow(int protocol, int sourcePort, String destination) {
      return new ConntrackTuple(
          InetAddress.ofLiteral(family.pods + "99"),
          InetAddress.ofLiteral(destination),
          protocol,
          sourcePort,
          53);
    }

    Set<ConntrackEntry> udp() throws Exception {
      return new HashSet<>(lab.namespace("A").call(() -> KernelTable.list(family.family, 17)));
    }

    List<ConntrackEntry> tcp() throws Exception {
      return lab.namespace("A").call(() -> KernelTable.list(family.family, 6));
    }

    Set<ConntrackEntry> without(Set<ConntrackEntry> entries, int service) {
      InetAddress address = InetAddress.ofLiteral(family.services + (10 + service));
      Set<ConntrackEntry> left = new HashSet<>(entries);
      left.removeIf(entry -> entry.original().destination().equals(address));
      return left;
    }
  }
}
