package io.pointsman.e2e;

import static io.pointsman.e2e.TestCluster.OUTSIDE;
import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static io.pointsman.e2e.echo.Question.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.e2e.TestCluster.Node;
import io.pointsman.e2e.TestCluster.Pod;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Node ports, external addresses and load balancers. */
@OnCluster
class ExternalTrafficTest {
  private static final String NODE_PORT = "{type: NodePort, ports: [{port: 80, targetPort: 8080}]}";
  private static final String TO_8080 = "[{port: 8080}]";

  private final TestCluster cluster;
  private final Pod a1;
  private final Pod b1;
  private final Node nodeA;
  private final Node nodeB;

  ExternalTrafficTest(TestCluster cluster) {
    this.cluster = cluster;
    this.a1 = cluster.pods().get(0);
    this.b1 = cluster.pods().get(2);
    this.nodeA = cluster.nodes().get(0);
    this.nodeB = cluster.nodes().get(1);
  }

  private static IpAddress address(Node node, IpFamily family) {
    return Optional.ofNullable(node.addresses().get(family)).orElseThrow();
  }

  /** A pod, the other node, and the world outside where there is one that reaches nodes. */
  private List<String> clients() {
    List<String> clients = new ArrayList<>(List.of("a2", nodeB.name()));
    if (cluster.hasOutside()) {
      clients.add(OUTSIDE);
    }
    return clients;
  }

  @Test
  void aNodePortAnswersOnEveryNodeInBothProtocols() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web =
            scene.service(
                "both",
                family,
                """
                type: NodePort
                ports:
                - {name: tcp, port: 80, protocol: TCP, targetPort: 8080}
                - {name: udp, port: 80, protocol: UDP, targetPort: 8081}
                """);
        scene.slice(
            "both-1",
            web,
            "[{name: tcp, port: 8080, protocol: TCP}, {name: udp, port: 8081, protocol: UDP}]",
            Backend.of(a1),
            Backend.of(b1));
        for (Node node : cluster.nodes()) {
          for (String from : clients()) {
            IpAddress to = address(node, family);
            scene.await(from, TCP, to, web.nodePort(0), "a1:8080", "b1:8080");
            scene.await(from, UDP, to, web.nodePort(1), "a1:8081", "b1:8081");
          }
        }
      }
    }
  }

  @Test
  void aServiceGetsANodePortAndLosesIt() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service web = scene.service("typed", family, NODE_PORT);
      scene.slice("typed-1", web, TO_8080, Backend.of(a1));
      IpAddress node = address(nodeA, family);
      scene.await("b2", TCP, node, web.nodePort(0), "a1:8080");
      scene.service("typed", family, "{type: ClusterIP, ports: [{port: 80, targetPort: 8080}]}");
      scene.await("b2", TCP, node, web.nodePort(0), "refused");
      scene.await("b2", TCP, web.address(), 80, "a1:8080");
    }
  }

  @Test
  void anExternalAddressOfNoNodeIsReachedFromPods() {
    IpFamily family = cluster.families().getFirst();
    IpAddress external =
        IpAddress.of(family == IpFamily.IPV4 ? "203.0.113.250" : "2001:db8:203::250");
    try (Scene scene = new Scene(cluster)) {
      Service web =
          scene.service(
              "external",
              family,
              "{externalIPs: [\"" + external + "\"], ports: [{port: 80, targetPort: 8080}]}");
      scene.slice("external-1", web, TO_8080, Backend.of(a1), Backend.of(b1));
      scene.await("a2", TCP, external, 80, "a1:8080", "b1:8080");
      scene.await(nodeB.name(), TCP, external, 80, "a1:8080", "b1:8080");
    }
  }

  @Test
  void policyLocalKeepsTheClientsAddressAndHasNoOtherNodesEndpoints() {
    assumeTrue(cluster.hasOutside(), "no client outside reaches the nodes of this cluster");
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        String local =
            "{type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080}]}";
        Service web = scene.service("local", family, local);
        scene.slice("local-1", web, TO_8080, Backend.of(a1));
        scene.await(OUTSIDE, TCP, address(nodeA, family), web.nodePort(0), "a1:8080");
        scene.await(OUTSIDE, TCP, address(nodeB, family), web.nodePort(0), "timeout");
        // The cluster's own pods and nodes are helped to all endpoints.
        scene.await(nodeB.name(), TCP, address(nodeB, family), web.nodePort(0), "a1:8080");
        assertThat(scene.look(OUTSIDE, TCP, address(nodeA, family), web.nodePort(0)))
            .allSatisfy(outcome ->
                assertThat(List.of(nodeA, nodeB))
                    .noneMatch(
                        node -> outcome.toString().endsWith(" from " + address(node, family))));
        // With nobody else there, a pod that ends goes on to serve.
        scene.slice("local-1", web, TO_8080, Backend.leaving(a1), Backend.of(b1));
        scene.await(OUTSIDE, TCP, address(nodeA, family), web.nodePort(0), "a1:8080");
        Service all = scene.service("local", family, NODE_PORT);
        scene.await(OUTSIDE, TCP, address(nodeA, family), all.nodePort(0), "b1:8080");
      }
    }
  }

  @Test
  void aLoadBalancersAddressTakesItsSourceRangesOnly() {
    IpFamily family = cluster.families().getFirst();
    IpAddress virtual =
        IpAddress.of(family == IpFamily.IPV4 ? "203.0.113.251" : "2001:db8:203::251");
    String client = String.valueOf(cluster.pods().get(1).addresses().get(family));
    String range = client + (family == IpFamily.IPV4 ? "/32" : "/128");
    try (Scene scene = new Scene(cluster)) {
      Service web =
          scene.service(
              "balanced",
              family,
              "{type: LoadBalancer, loadBalancerSourceRanges: [\"%s\"], ports: [{port: 80, targetPort: 8080}]}"
                  .formatted(range));
      scene.slice("balanced-1", web, TO_8080, Backend.of(a1), Backend.of(b1));
      cluster.setLoadBalancer(web.name(), List.of(virtual));
      scene.await("a2", TCP, virtual, 80, "a1:8080", "b1:8080");
      scene.await("b2", TCP, virtual, 80, "timeout");
      scene.await("b2", TCP, web.address(), 80, "a1:8080", "b1:8080");
    }
  }

  @Test
  void theHealthCheckPortTellsOfLocalEndpoints() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service web =
          scene.service(
              "checked",
              family,
              "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080}]}");
      scene.slice("checked-1", web, TO_8080, Backend.of(a1));
      String onA = url(nodeA, family, web.healthCheckPort());
      scene.awaitHttp(
          nodeB.name(),
          onA,
          said -> said.contains(" 200 ") && said.contains("\"localEndpoints\": 1"));
      scene.awaitHttp(
          nodeB.name(),
          url(nodeB, family, web.healthCheckPort()),
          said -> said.contains(" 503 ") && said.contains("\"localEndpoints\": 0"));
      // It fails although the pod that ends still gets what comes.
      scene.slice("checked-1", web, TO_8080, Backend.leaving(a1));
      scene.awaitHttp(nodeB.name(), onA, said -> said.contains(" 503 "));
    }
  }

  private static String url(Node node, IpFamily family, int port) {
    IpAddress address = address(node, family);
    return "http://"
        + (family == IpFamily.IPV4 ? address.toString() : "[" + address + "]")
        + ":"
        + port
        + "/";
  }
}
