package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.pointsman.lab.packet.HttpAsk;
import io.pointsman.lab.packet.HttpReply;
import io.pointsman.lab.packet.Outcome;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In iptables mode the host's own firewall does not keep load balancers from asking. */
@NeedsLab
class HealthCheckFirewallTest {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: hc, namespace: default}
      spec:
        type: LoadBalancer
        clusterIP: 10.211.0.10
        clusterIPs: [10.211.0.10, "fd00:211::10"]
        ipFamilies: [IPv4, IPv6]
        externalTrafficPolicy: Local
        healthCheckNodePort: 30100
        ports: [{port: 80, protocol: TCP, nodePort: 30080}]
      """;

  private static final String CONFIGURATION =
      """
      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      kind: KubeProxyConfiguration
      mode: iptables
      """;

  private static ObjectNode yaml(String text) throws Exception {
    return (ObjectNode) new YAMLMapper().readTree(text);
  }

  private static HttpAsk.Result ask(Lab lab, String host, int port) {
    return HttpAsk.send(
        lab.namespace("ext"), "GET", URI.create("http://" + host + ":" + port + "/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"172.29.0.11", "[fd00:29::11]"})
  void theHealthCheckNodePortIsLetIn(String host) throws Exception {
    Topology topology = Topology.standard(1, 1);
    ClusterObjects nothing = ClusterObjects.of(List.of());
    try (Lab lab = Lab.up(topology);
        ProxyUnderTest.Running running =
            new AgentProxy(AgentProxy.Supply.MANIFESTS)
                .start(
                    new ProxyUnderTest.Deployment(
                        lab, topology.nodes(), ProxyMode.IPTABLES, yaml(CONFIGURATION)),
                    nothing)) {
      lab.namespace("A").exec("iptables", "-P", "INPUT", "DROP").orThrow();
      // Neighbours find each other by ICMPv6.
      lab.namespace("A").exec("ip6tables", "-A", "INPUT", "-p", "icmpv6", "-j", "ACCEPT").orThrow();
      lab.namespace("A").exec("ip6tables", "-P", "INPUT", "DROP").orThrow();
      assertThat(ask(lab, host, 30100))
          .isEqualTo(new HttpAsk.Result.Failed(new Outcome.TimedOut()));
      running.publish(nothing.with(List.of(Manifest.of(yaml(SERVICE)))));
      running.awaitProgrammed();
      assertThat(ask(lab, host, 30100))
          .isInstanceOfSatisfying(
              HttpAsk.Result.Replied.class,
              replied -> assertThat(replied.reply()).extracting(HttpReply::status).isEqualTo(503));
      assertThat(ask(lab, host, 10256))
          .isEqualTo(new HttpAsk.Result.Failed(new Outcome.TimedOut()));
      running.publish(nothing);
      running.awaitProgrammed();
      assertThat(ask(lab, host, 30100))
          .isEqualTo(new HttpAsk.Result.Failed(new Outcome.TimedOut()));
    }
  }
}
