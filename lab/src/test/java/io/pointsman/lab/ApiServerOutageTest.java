package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Backup;
import io.pointsman.apiserver.Refusal;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.netlink.netns.NetworkNamespace;
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
      ApiServer first = node.call(() -> ApiServer.start());
      put(first, "10.210.1.11");
      int port = first.port();
      Agent agent = node.call(() -> open(mode, port));
      Thread serving = node.thread("agent", agent::run);
      serving.start();
      try {
        awaitOutcome(lab, "a1:8080 from client");
        Backup kept = first.backup();
        first.close();
        assertThat(lab.outcomes("a2", WEB)).containsExactly("a1:8080 from client");

        ApiServer second =
            node.call(() -> ApiServer.start(ApiServer.Options.defaults().withPort(port)));
        // As a cluster's server has it: all that was, and what changed meanwhile.
        second.refuse(request -> true, Long.MAX_VALUE, Refusal.of(503));
        second.restore(kept);
        put(second, "10.210.1.12");
        second.heal();
        awaitOutcome(lab, "a2:8080 from node-a");
        second.close();
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

  private static void put(ApiServer server, String endpoint) {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-a"}}
        """);
    server.put(
        """
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {"namespace": "default", "name": "web"},
         "spec": {"clusterIP": "10.211.0.10", "clusterIPs": ["10.211.0.10"],
                  "ipFamilies": ["IPv4"],
                  "ports": [{"protocol": "TCP", "port": 80, "targetPort": 8080}]}}
        """);
    server.put(
        """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
         "metadata": {"namespace": "default", "name": "web-1",
                      "labels": {"kubernetes.io/service-name": "web"}},
         "addressType": "IPv4", "ports": [{"protocol": "TCP", "port": 8080}],
         "endpoints": [{"addresses": ["%s"], "nodeName": "node-a"}]}
        """
            .formatted(endpoint));
  }
}
