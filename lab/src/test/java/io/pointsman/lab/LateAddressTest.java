package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Node ports within ranges, on addresses that the node gets and loses while nothing else happens.
 */
@NeedsLab
class LateAddressTest {
  private static final String LATE_FOUR = "172.28.5.11:30080";
  private static final String LATE_SIX = "[fd00:28:5::11]:30080";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void anAddressThatComesLaterAnswersAndOneThatGoesDoesNot(String mode) throws IOException {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        HandFedAgent agent = new HandFedAgent(lab.namespace("A"), options(mode), cluster())) {
      ip(lab, "ext", "route", "add", "172.28.5.0/24", "via", "172.29.0.11");
      ip(lab, "ext", "route", "add", "fd00:28:5::/64", "via", "fd00:29::11");
      agent.nextSync(IpFamily.IPV4);
      agent.nextSync(IpFamily.IPV6);
      assertThat(lab.outcomes("ext", "172.29.0.11:30080"))
          .as("outside of the ranges")
          .containsExactly("refused");

      ip(lab, "A", "addr", "add", "172.28.5.11/24", "dev", "eth0");
      ip(lab, "A", "addr", "add", "fd00:28:5::11/64", "dev", "eth0", "nodad");
      awaitOutcome(lab, agent, IpFamily.IPV4, LATE_FOUR, "a1:8080 from node-a");
      awaitOutcome(lab, agent, IpFamily.IPV6, LATE_SIX, "a1:8080 from node-a");

      // The packets still come here, though the address is another machine's now.
      ip(lab, "A", "addr", "del", "172.28.5.11/24", "dev", "eth0");
      awaitNoAnswer(lab, agent);
    }
  }

  /** After each sync asks anew; bounded by the wait for each. */
  private static void awaitOutcome(
      Lab lab, HandFedAgent agent, IpFamily family, String to, String expected) {
    while (!lab.outcomes("ext", to).equals(List.of(expected))) {
      agent.nextSync(family);
    }
  }

  private static void awaitNoAnswer(Lab lab, HandFedAgent agent) {
    while (lab.outcomes("ext", LATE_FOUR).stream().anyMatch(seen -> seen.startsWith("a1"))) {
      agent.nextSync(IpFamily.IPV4);
    }
  }

  private static void ip(Lab lab, String place, String... arguments) {
    lab.namespace(place)
        .exec(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new))
        .orThrow();
  }

  private AgentOptions options(String mode) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: %s
        nodePortAddresses: ["172.28.0.0/16", "fd00:28::/32"]
        """
            .formatted(mode));
    return AgentOptions.ofConfiguration(file, "node-a");
  }

  private static List<ClusterEvent> cluster() {
    ObjectName name = new ObjectName("default", "web");
    return List.of(
        new ClusterEvent.ServiceSet(
            new Service(
                name,
                Instant.EPOCH,
                ServiceType.NODE_PORT,
                List.of("10.211.0.9", "fd00:211::9"),
                List.of(IpFamily.IPV4, IpFamily.IPV6),
                List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
                List.of(),
                List.of(),
                List.of(),
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                0)),
        slice(name, IpFamily.IPV4, "10.210.1.11"),
        slice(name, IpFamily.IPV6, "fd00:210:1::11"));
  }

  private static ClusterEvent slice(ObjectName service, IpFamily family, String pod) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName("default", "web-" + family),
            service,
            family,
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            List.of(Endpoint.ready(pod, "node-a")),
            Optional.empty()));
  }
}
