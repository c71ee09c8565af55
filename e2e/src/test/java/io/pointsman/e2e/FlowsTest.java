package io.pointsman.e2e;

import io.pointsman.e2e.TestCluster.Pod;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * UDP flows that go on while their endpoints come and go: connection tracking must not hold them.
 */
@OnCluster
class FlowsTest {
  private static final String SPEC =
      "{type: NodePort, ports: [{port: 53, protocol: UDP, targetPort: 8080}]}";
  private static final String TO_8080 = "[{port: 8080, protocol: UDP}]";
  private static final int SOURCE_PORT = 40_053;

  private final TestCluster cluster;
  private final Pod a1;
  private final Pod b1;

  FlowsTest(TestCluster cluster) {
    this.cluster = cluster;
    this.a1 = cluster.pods().get(0);
    this.b1 = cluster.pods().get(2);
  }

  @Test
  void aFlowFollowsItsServerAtAllAddresses() {
    int flow = SOURCE_PORT;
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service dns = scene.service("flow", family, SPEC);
        IpAddress node =
            Optional.ofNullable(cluster.nodes().getLast().addresses().get(family)).orElseThrow();
        // Asked before there is anybody: the flow must not be lost by that.
        List<String> clients = List.of("a2", "b2", cluster.nodes().getFirst().name());
        for (String from : clients) {
          scene.datagram(from, dns.address(), 53, flow);
        }
        scene.slice("flow-1", dns, TO_8080, Backend.of(a1));
        for (String from : clients) {
          scene.awaitDatagram(from, dns.address(), 53, flow, "a1:8080");
          scene.awaitDatagram(from, node, dns.nodePort(0), flow + 1, "a1:8080");
        }
        scene.slice("flow-1", dns, TO_8080, Backend.of(b1));
        for (String from : clients) {
          scene.awaitDatagram(from, dns.address(), 53, flow, "b1:8080");
          scene.awaitDatagram(from, node, dns.nodePort(0), flow + 1, "b1:8080");
        }
        scene.slice("flow-1", dns, "[{port: 9090, protocol: UDP}]", Backend.of(b1));
        scene.awaitDatagram("a2", dns.address(), 53, flow, "b1:9090");
        scene.awaitDatagram("a2", node, dns.nodePort(0), flow + 1, "b1:9090");
      }
      flow += 10;
    }
  }

  @Test
  void withPolicyLocalToo() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service dns =
          scene.service(
              "flow-local",
              family,
              "{internalTrafficPolicy: Local, ports: [{port: 53, protocol: UDP, targetPort: 8080}]}");
      scene.slice("flow-local-1", dns, TO_8080, Backend.of(a1));
      scene.awaitDatagram("a2", dns.address(), 53, SOURCE_PORT + 100, "a1:8080");
      scene.slice("flow-local-1", dns, TO_8080, Backend.of(cluster.pods().get(1)));
      scene.awaitDatagram("a2", dns.address(), 53, SOURCE_PORT + 100, "a2:8080");
    }
  }
}
