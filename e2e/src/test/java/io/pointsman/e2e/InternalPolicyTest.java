package io.pointsman.e2e;

import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.e2e.TestCluster.Node;
import io.pointsman.e2e.TestCluster.Pod;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which of the ready and of the ending endpoints a client is given: policies and topology. */
@OnCluster
class InternalPolicyTest {
  private static final String LOCAL =
      "{internalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080}]}";
  private static final String PLAIN = "ports: [{port: 80, targetPort: 8080}]";
  private static final String TO_8080 = "[{port: 8080}]";

  private final TestCluster cluster;
  private final Pod a1;
  private final Pod b1;
  private final Pod b2;
  private final Node nodeA;
  private final Node nodeB;

  InternalPolicyTest(TestCluster cluster) {
    this.cluster = cluster;
    this.a1 = cluster.pods().get(0);
    this.b1 = cluster.pods().get(2);
    this.b2 = cluster.pods().get(3);
    this.nodeA = cluster.nodes().get(0);
    this.nodeB = cluster.nodes().get(1);
  }

  @Test
  void policyLocalGivesOwnNodesEndpointsOrNone() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("own", family, LOCAL);
        scene.slice("own-1", web, TO_8080, Backend.of(a1));
        scene.await("a2", TCP, web.address(), 80, "a1:8080");
        scene.await(nodeA.name(), TCP, web.address(), 80, "a1:8080");
        scene.await("b1", TCP, web.address(), 80, "timeout");
        scene.slice("own-1", web, TO_8080, Backend.of(nodeA));
        scene.await("a2", TCP, web.address(), 80, nodeA.name() + ":8080");
        scene.await(nodeB.name(), TCP, web.address(), 80, "timeout");
        // The ready one is elsewhere: the one that ends here goes on.
        scene.slice("own-1", web, TO_8080, Backend.leaving(b1), Backend.of(a1));
        scene.await("b2", TCP, web.address(), 80, "b1:8080");
      }
    }
  }

  @Test
  void whereAllEndTheyGoOnToServe() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("ending", family, PLAIN);
        scene.slice("ending-1", web, TO_8080, Backend.leaving(a1), Backend.of(b1));
        scene.await("b2", TCP, web.address(), 80, "b1:8080");
        scene.slice("ending-1", web, TO_8080, Backend.leaving(a1), Backend.leaving(b1));
        scene.await("b2", TCP, web.address(), 80, "a1:8080", "b1:8080");
        scene.slice("ending-1", web, TO_8080, Backend.unready(a1), Backend.unready(b1));
        scene.await("b2", TCP, web.address(), 80, "refused");
      }
    }
  }

  private static String zone(Node node) {
    assumeTrue(
        node.zone().isPresent(),
        "node " + node.name() + " has no label topology.kubernetes.io/zone");
    return node.zone().orElseThrow();
  }

  @Test
  void hintsKeepTrafficInItsZone() {
    assumeTrue(!zone(nodeA).equals(zone(nodeB)), "both nodes are in one zone");
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web =
            scene.service(
                "near",
                family,
                "{trafficDistribution: PreferClose, ports: [{port: 80, targetPort: 8080}]}");
        scene.slice(
            "near-1",
            web,
            TO_8080,
            Backend.of(a1).forZone(zone(nodeA)),
            Backend.of(b1).forZone(zone(nodeB)),
            Backend.of(b2).forZone(zone(nodeB)));
        scene.await("a2", TCP, web.address(), 80, "a1:8080");
        scene.await(nodeB.name(), TCP, web.address(), 80, "b1:8080", "b2:8080");
        // One endpoint without a hint: nobody's hints count.
        scene.slice("near-1", web, TO_8080, Backend.of(a1).forZone(zone(nodeA)), Backend.of(b1));
        scene.await("a2", TCP, web.address(), 80, "a1:8080", "b1:8080");
        // No endpoint of one's own zone: all are taken.
        scene.slice(
            "near-1",
            web,
            TO_8080,
            Backend.of(b1).forZone(zone(nodeB)),
            Backend.of(b2).forZone(zone(nodeB)));
        scene.await("a2", TCP, web.address(), 80, "b1:8080", "b2:8080");
      }
    }
  }

  @Test
  void hintsKeepTrafficOnItsNodeAndFallBack() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service web = scene.service("here", family, PLAIN);
      Optional<String> zone = nodeA.zone();
      Backend here = Backend.of(a1).forNode(nodeA.name());
      Backend there = Backend.of(b1).forNode(nodeB.name());
      scene.slice(
          "here-1",
          web,
          TO_8080,
          zone.map(here::forZone).orElse(here),
          nodeB.zone().map(there::forZone).orElse(there));
      scene.await("a2", TCP, web.address(), 80, "a1:8080");
      scene.await("b2", TCP, web.address(), 80, "b1:8080");
      scene.slice("here-1", web, TO_8080, nodeB.zone().map(there::forZone).orElse(there));
      for (String from : List.of("a2", "b2")) {
        scene.await(from, TCP, web.address(), 80, "b1:8080");
      }
    }
  }
}
