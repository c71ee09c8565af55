package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent with informers over HTTP: its API server goes and comes back changed. */
@NeedsLab
class ApiServerOutageTest {
  private static final String WEB = "10.211.0.10:80";
  private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void rulesStayAndChangesMadeMeanwhileArrive(String mode) throws Exception {
    Topology topology = Topology.standard(1, 2);
    try (Lab lab = Lab.up(topology)) {
      NetworkNamespace node = lab.namespace("A");
      KubernetesMockServer first = node.call(() -> serve(0, "10.210.1.11"));
      int port = first.getPort();
      Agent agent = node.call(() -> open(mode, port));
      Thread serving = node.thread("agent", agent::run);
      serving.start();
      try {
        awaitOutcome(lab, "a1:8080 from client");
        first.destroy();
        assertThat(lab.outcomes("a2", WEB)).containsExactly("a1:8080 from client");

        KubernetesMockServer second = node.call(() -> serve(port, "10.210.1.12"));
        awaitOutcome(lab, "a2:8080 from node-a");
        second.destroy();
      } finally {
        agent.close();
        serving.join(10_000);
      }
    }
  }

  private Agent open(String mode, int port) throws Exception {
    return Agent.open(
        AgentOptions.defaults(mode, "node-a"),
        new ApiServerSource(ApiClient.ofUrl("http://127.0.0.1:" + port), "node-a", new Random(1)),
        reports::add);
  }

  /** After each report of the agent asks anew who answers; bounded by a wait for each report. */
  private void awaitOutcome(Lab lab, String expected) throws InterruptedException {
    while (!lab.outcomes("a2", WEB).equals(List.of(expected))) {
      assertThat(reports.poll(60, TimeUnit.SECONDS))
          .as("a report of the agent before %s answers", expected)
          .isNotNull();
    }
  }

  private static KubernetesMockServer serve(int port, String endpoint) {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), port);
    try (KubernetesClient client = server.createClient()) {
      client
          .resource(new NodeBuilder().withNewMetadata().withName("node-a").endMetadata().build())
          .create();
      client.resource(service()).create();
      client.resource(slice(endpoint)).create();
    }
    return server;
  }

  private static Service service() {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("web")
        .endMetadata()
        .withNewSpec()
        .withClusterIP("10.211.0.10")
        .withClusterIPs("10.211.0.10")
        .withIpFamilies("IPv4")
        .addNewPort()
        .withProtocol("TCP")
        .withPort(80)
        .withTargetPort(new IntOrString(8080))
        .endPort()
        .endSpec()
        .build();
  }

  private static EndpointSlice slice(String endpoint) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("web-1")
        .addToLabels("kubernetes.io/service-name", "web")
        .endMetadata()
        .withAddressType("IPv4")
        .addNewPort()
        .withProtocol("TCP")
        .withPort(8080)
        .endPort()
        .addNewEndpoint()
        .withAddresses(endpoint)
        .withNodeName("node-a")
        .endEndpoint()
        .build();
  }
}
