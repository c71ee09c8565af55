package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Flow;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP clients that never change their port, while the Service comes, changes and goes. */
@NeedsLab
class StaleFlowPacketsTest {
  private static final ObjectName NAME = new ObjectName("default", "late");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void aFlowFollowsTheServiceThroughItsLife(String mode) {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        HandFedAgent agent =
            new HandFedAgent(lab.namespace("A"), AgentOptions.defaults(mode, "node-a"), List.of());
        Flow four = flow(lab, "203.0.113.9:53");
        Flow six = flow(lab, "[fd00:214::9]:53")) {
      awaitBoth(agent);
      assertThat(four.ask(SILENCE).toString()).isEqualTo("timeout");
      assertThat(six.ask(SILENCE).toString()).isEqualTo("icmp-reject no-route");

      agent.send(service(), slice(IpFamily.IPV4, 8080, "10.210.1.11"));
      awaitBoth(agent);
      agent.send(slice(IpFamily.IPV6, 8080, "fd00:210:1::11"));
      awaitBoth(agent);
      assertAnswers(four, six, "a1:8080 from node-a");

      agent.send(
          slice(IpFamily.IPV4, 8081, "10.210.1.11"), slice(IpFamily.IPV6, 8081, "fd00:210:1::11"));
      awaitBoth(agent);
      assertAnswers(four, six, "a1:8081 from node-a");

      agent.send(new ClusterEvent.ServiceGone(NAME));
      awaitBoth(agent);
      assertThat(four.ask(SILENCE).toString()).isEqualTo("timeout");

      agent.send(
          service(),
          slice(IpFamily.IPV4, 8080, "10.210.1.12"),
          slice(IpFamily.IPV6, 8080, "fd00:210:1::12"));
      awaitBoth(agent);
      assertAnswers(four, six, "a2:8080 from node-a");
    }
  }

  private static Flow flow(Lab lab, String to) {
    return lab.prober().flow("ext", Destination.of(to, Protocol.UDP), Optional.empty());
  }

  private static void awaitBoth(HandFedAgent agent) {
    agent.nextFlows(IpFamily.IPV4);
    agent.nextFlows(IpFamily.IPV6);
  }

  private static void assertAnswers(Flow four, Flow six, String expected) {
    assertThat(four.ask(PATIENCE).toString()).as("IPv4").isEqualTo(expected);
    assertThat(six.ask(PATIENCE).toString()).as("IPv6").isEqualTo(expected);
  }

  private static ClusterEvent service() {
    return new ClusterEvent.ServiceSet(
        new Service(
            NAME,
            Instant.EPOCH,
            ServiceType.CLUSTER_IP,
            List.of("10.211.0.9", "fd00:211::9"),
            List.of(IpFamily.IPV4, IpFamily.IPV6),
            List.of(new Service.Port("", Protocol.UDP, 53, 0)),
            List.of("203.0.113.9", "fd00:214::9"),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0));
  }

  private static ClusterEvent slice(IpFamily family, int port, String pod) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName(NAME.namespace(), "late-" + family),
            NAME,
            family,
            List.of(new EndpointSlice.Port("", Protocol.UDP, port)),
            List.of(Endpoint.ready(pod, "node-a")),
            Optional.empty()));
  }
}
