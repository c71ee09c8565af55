package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Node object comes after the agent has started, changes, and goes: nothing is waited for. */
@NeedsLab
class LateNodeTest {
  private static final String CLUSTER_IP = "10.211.0.9:80";
  private static final String FIRST = "172.29.0.11:30080";
  private static final String SECOND = "172.28.5.11:30080";

  private static final String[] FROM_NODE = {"a1:8080 from node-a"};

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void whatTheNodeSaysHoldsFromThenOn(String mode) throws IOException {
    try (Lab lab = Lab.up(Topology.oracle());
        HandFedAgent agent = new HandFedAgent(lab.namespace("A"), options(mode), cluster())) {
      lab.namespace("ext")
          .exec("ip", "route", "replace", "172.28.5.0/24", "via", "172.29.0.11")
          .orThrow();
      agent.nextSync(IpFamily.IPV4);
      assertThat(lab.outcomes("ext", CLUSTER_IP))
          .as("no zone to choose by; no source is hidden, so what b1 answers goes another way")
          .containsExactlyInAnyOrder("a1:8080 from client", "timeout");
      assertThat(lab.outcomes("ext", SECOND)).as("'primary' is not known").hasSize(2);

      agent.send(node("172.29.0.11", "10.210.1.0/24", "zone-1"));
      agent.nextSync(IpFamily.IPV4);
      assertThat(lab.outcomes("ext", CLUSTER_IP)).containsExactly(FROM_NODE);
      assertThat(lab.outcomes("ext", FIRST)).containsExactly(FROM_NODE);
      assertThat(lab.outcomes("ext", SECOND)).containsExactly("refused");

      agent.send(node("172.28.5.11", "10.210.2.0/24", "zone-2"));
      agent.nextSync(IpFamily.IPV4);
      assertThat(lab.outcomes("ext", FIRST)).containsExactly("refused");
      assertThat(lab.outcomes("ext", SECOND)).containsExactly("b1:8080 from node-a");
      assertThat(lab.outcomes("a1", CLUSTER_IP))
          .as("a1 is no pod of this node by the new range")
          .containsExactly("b1:8080 from node-a");

      agent.send(new ClusterEvent.NodeGone("node-a"));
      agent.nextSync(IpFamily.IPV4);
      assertThat(lab.outcomes("ext", FIRST)).hasSize(2);
    }
  }

  private static ClusterEvent node(String address, String podCidr, String zone) {
    return new ClusterEvent.NodeSet(
        new Node("node-a", zone, List.of(address), List.of(podCidr), false));
  }

  private AgentOptions options(String mode) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: %s
        detectLocalMode: NodeCIDR
        nodePortAddresses: [primary]
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
                List.of("10.211.0.9"),
                List.of(IpFamily.IPV4),
                List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
                List.of(),
                List.of(),
                List.of(),
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                0)),
        new ClusterEvent.SliceSet(
            new EndpointSlice(
                new ObjectName("default", "web-1"),
                name,
                IpFamily.IPV4,
                List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
                List.of(
                    endpoint("10.210.1.11", "node-a", "zone-1"),
                    endpoint("10.210.2.11", "node-b", "zone-2")),
                Optional.empty())));
  }

  private static Endpoint endpoint(String address, String node, String zone) {
    return new Endpoint(address, true, true, false, node, List.of(zone), List.of());
  }
}
