package io.pointsman.e2e;

import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static io.pointsman.e2e.echo.Question.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.e2e.TestCluster.Node;
import io.pointsman.e2e.TestCluster.Pod;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Services of the type ClusterIP, and what decides whether they are served at all. */
@OnCluster
class ServicesTest {
  private static final String ONE_PORT = "ports: [{port: 80, targetPort: 8080}]";
  private static final String TO_8080 = "[{port: 8080}]";

  private final TestCluster cluster;
  private final Pod a1;
  private final Pod a2;
  private final Pod b1;
  private final Node nodeB;

  ServicesTest(TestCluster cluster) {
    this.cluster = cluster;
    this.a1 = cluster.pods().get(0);
    this.a2 = cluster.pods().get(1);
    this.b1 = cluster.pods().get(2);
    this.nodeB = cluster.nodes().get(1);
  }

  @Test
  void allEndpointsAnswerPodsAndNodesAndOneselfAndFollowEveryChange() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("web", family, ONE_PORT);
        scene.slice("web-1", web, TO_8080, Backend.of(a1), Backend.of(b1));
        // a1 meets itself, a2 its neighbour, b2 and the node another node.
        for (String from : List.of("a1", "a2", "b2", nodeB.name())) {
          scene.await(from, TCP, web.address(), 80, "a1:8080", "b1:8080");
        }
        scene.slice("web-1", web, TO_8080, Backend.of(a1), Backend.of(a2), Backend.of(b1));
        scene.await("b2", TCP, web.address(), 80, "a1:8080", "a2:8080", "b1:8080");
        scene.slice("web-1", web, TO_8080, Backend.of(a2), Backend.unready(a1));
        scene.await("b2", TCP, web.address(), 80, "a2:8080");
      }
    }
  }

  @Test
  void aPodIsSeenWithItsOwnAddress() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("seen", family, ONE_PORT);
        scene.slice("seen-1", web, TO_8080, Backend.of(b1));
        scene.awaitSources("a2", web.address(), 80, List.of(address(a2, family)));
      }
    }
  }

  private static IpAddress address(Pod pod, IpFamily family) {
    return Optional.ofNullable(pod.addresses().get(family)).orElseThrow();
  }

  @Test
  void severalPortsInSeveralSlicesAndPortsThatChange() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web =
            scene.service(
                "ports",
                family,
                "ports: [{name: web, port: 80}, {name: more, port: 81, targetPort: other}]");
        scene.slice("ports-1", web, "[{name: web, port: 8080}]", Backend.of(a1));
        // The same name of a port, another number in each slice.
        scene.slice("ports-2", web, "[{name: more, port: 9090}]", Backend.of(a2));
        scene.slice("ports-3", web, "[{name: more, port: 9091}]", Backend.of(b1));
        scene.await("a1", TCP, web.address(), 80, "a1:8080");
        scene.await("a1", TCP, web.address(), 81, "a2:9090", "b1:9091");
        Service changed = scene.service("ports", family, "ports: [{name: web, port: 82}]");
        assertThat(changed.address()).isEqualTo(web.address());
        scene.await("a1", TCP, web.address(), 82, "a1:8080");
      }
    }
  }

  @Test
  void onePortNumberForBothProtocols() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service dns =
            scene.service(
                "dns",
                family,
                """
                ports:
                - {name: tcp, port: 53, protocol: TCP, targetPort: 8080}
                - {name: udp, port: 53, protocol: UDP, targetPort: 9090}
                """);
        scene.slice(
            "dns-1",
            dns,
            "[{name: tcp, port: 8080, protocol: TCP}, {name: udp, port: 9090, protocol: UDP}]",
            Backend.of(a1),
            Backend.of(b1));
        scene.await("b2", TCP, dns.address(), 53, "a1:8080", "b1:8080");
        scene.await("b2", UDP, dns.address(), 53, "a1:9090", "b1:9090");
      }
    }
  }

  @Test
  void withoutEndpointsItIsRefusedAndServedLater() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service empty = scene.service("empty", family, ONE_PORT);
        scene.await("a1", TCP, empty.address(), 80, "refused");
        scene.await(nodeB.name(), TCP, empty.address(), 80, "refused");
        scene.slice("empty-1", empty, TO_8080, Backend.of(b1));
        scene.await("a1", TCP, empty.address(), 80, "b1:8080");
      }
    }
  }

  @Test
  void aServiceThatGoesLeavesOthersAloneAndMayComeAgain() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service one = scene.service("one", family, ONE_PORT);
        scene.slice("one-1", one, TO_8080, Backend.of(a1));
        Service two = scene.service("two", family, ONE_PORT);
        scene.slice("two-1", two, TO_8080, Backend.of(b1));
        scene.await("a2", TCP, one.address(), 80, "a1:8080");
        scene.delete("EndpointSlice", "one-1");
        scene.delete("Service", "one");
        scene.awaitGone("a2", one.address(), 80);
        scene.await("a2", TCP, two.address(), 80, "b1:8080");
        Service again = scene.service("one", family, ONE_PORT);
        scene.slice("one-1", again, TO_8080, Backend.of(a2));
        scene.await("a2", TCP, again.address(), 80, "a2:8080");
      }
    }
  }

  @Test
  void aServiceOfAnotherProxyOrWithoutAHeadIsNotServed() {
    IpFamily family = cluster.families().getFirst();
    for (String label :
        List.of(
            "{service.kubernetes.io/service-proxy-name: other}",
            "{service.kubernetes.io/headless: \"\"}")) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.labelled("label", family, "{}", ONE_PORT);
        scene.slice("label-1", web, TO_8080, Backend.of(a1));
        scene.await("b1", TCP, web.address(), 80, "a1:8080");
        scene.labelled("label", family, label, ONE_PORT);
        if (label.contains("headless")) {
          scene.sliceOfHeadless("label-1", web, TO_8080, Backend.of(a1));
        }
        scene.awaitGone("b1", web.address(), 80);
        scene.labelled("label", family, "{}", ONE_PORT);
        scene.slice("label-1", web, TO_8080, Backend.of(a1));
        scene.await("b1", TCP, web.address(), 80, "a1:8080");
      }
    }
  }

  @Test
  void anExternalNameBecomesAnAddressAndANameAgain() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      String name = "{type: ExternalName, externalName: example.com}";
      scene.service("named", family, name);
      Service web = scene.service("named", family, ONE_PORT);
      scene.slice("named-1", web, TO_8080, Backend.of(a2));
      scene.await("b1", TCP, web.address(), 80, "a2:8080");
      scene.delete("Service", "named");
      scene.service("named", family, name);
      scene.awaitGone("b1", web.address(), 80);
    }
  }

  @Test
  void endpointsInANodesNetwork() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("host", family, ONE_PORT);
        scene.slice("host-1", web, TO_8080, Backend.of(nodeB));
        String place = nodeB.name() + ":8080";
        for (String from : List.of("a1", "b1", nodeB.name(), cluster.nodes().getFirst().name())) {
          scene.await(from, TCP, web.address(), 80, place);
        }
      }
    }
  }

  @Test
  void severalServicesShareTheirEndpoints() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      for (String name : List.of("left", "right")) {
        Service service = scene.service(name, family, ONE_PORT);
        scene.slice(name + "-1", service, TO_8080, Backend.of(a1), Backend.of(b1));
        scene.await("a2", TCP, service.address(), 80, "a1:8080", "b1:8080");
      }
    }
  }

  @Test
  void aRestartOfTheProxiesChangesNothing() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service web = scene.service("stay", family, ONE_PORT);
      scene.slice("stay-1", web, TO_8080, Backend.of(a1), Backend.of(b1));
      scene.await("a2", TCP, web.address(), 80, "a1:8080", "b1:8080");
      cluster.restartProxies();
      scene.await("a2", TCP, web.address(), 80, "a1:8080", "b1:8080");
      scene.slice("stay-1", web, TO_8080, Backend.of(b1));
      scene.await("a2", TCP, web.address(), 80, "b1:8080");
    }
  }
}
