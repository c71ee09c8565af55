package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
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

/** A node whose IPv6 is turned off. */
@NeedsLab
class OneFamilyTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void theOtherFamilyIsServed(String mode) throws IOException {
    try (Lab lab = Lab.up(Topology.standard(1, 1))) {
      turnIpv6Off(lab.namespace("A"));
      AgentOptions options = options(mode, "0.0.0.0");
      try (HandFedAgent agent = new HandFedAgent(lab.namespace("A"), options, cluster())) {
        agent.nextSync(IpFamily.IPV4);
        assertThat(lab.outcomes("ext", "172.29.0.11:30080")).containsExactly("a1:8080 from node-a");
        assertThat(lab.namespace("A").exec("nft", "list", "tables", "ip6").orThrow().output())
            .doesNotContain("pointsman")
            .doesNotContain("nat");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void aNodeWhosePrimaryFamilyItIsIsNotServedAtAll(String mode) throws Exception {
    try (NetworkNamespace node = NetworkNamespace.create()) {
      turnIpv6Off(node);
      AgentOptions options = options(mode, "fd00::1");
      assertThatThrownBy(() -> node.call(() -> Agent.open(options, new Silent(), report -> {})))
          .isInstanceOf(DataplaneException.class)
          .hasMessageContaining("this node's primary family")
          .hasMessageContaining("net.ipv6.conf.all.disable_ipv6 is 1");
    }
  }

  private static void turnIpv6Off(NetworkNamespace node) {
    node.exec("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1").orThrow();
  }

  private static final class Silent implements ClusterSource {
    @Override
    public void start(Listener listener) {
      throw new AssertionError("nothing is to be read for a node that cannot be served");
    }

    @Override
    public void close() {
      // Never started.
    }
  }

  private AgentOptions options(String mode, String bindAddress) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: %s
        bindAddress: "%s"
        """
            .formatted(mode, bindAddress));
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
        new ClusterEvent.SliceSet(
            new EndpointSlice(
                new ObjectName("default", "web-4"),
                name,
                IpFamily.IPV4,
                List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
                List.of(Endpoint.ready("10.210.1.11", "node-a")),
                Optional.empty())));
  }
}
