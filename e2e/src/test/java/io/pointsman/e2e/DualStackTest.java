package io.pointsman.e2e;

import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static io.pointsman.e2e.echo.Question.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services of both families, in either order. */
@OnCluster
class DualStackTest {
  private final TestCluster cluster;

  DualStackTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void bothFamilies() {
    assumeTrue(cluster.families().size() == 2, "this cluster has one family");
  }

  @Test
  void nodesAndPodsHaveBothFamilies() {
    assertThat(cluster.nodes()).allMatch(node -> node.addresses().size() == 2);
    assertThat(cluster.pods()).allMatch(pod -> pod.addresses().size() == 2);
  }

  @Test
  void bothAddressesAnswerInEitherOrder() {
    for (String order : List.of("[IPv4, IPv6]", "[IPv6, IPv4]")) {
      try (Scene scene = new Scene(cluster)) {
        Service both =
            scene.service(
                "two",
                IpFamily.IPV4,
                """
                ipFamilyPolicy: RequireDualStack
                ipFamilies: %s
                type: NodePort
                ports:
                - {name: t, port: 80, targetPort: 8080}
                - {name: u, port: 80, protocol: UDP, targetPort: 9090}
                """
                    .formatted(order));
        assertThat(both.addresses()).hasSize(2);
        List<Backend> backends =
            List.of(Backend.of(cluster.pods().getFirst()), Backend.of(cluster.pods().getLast()));
        String ports = "[{name: t, port: 8080}, {name: u, port: 9090, protocol: UDP}]";
        scene.slice("two-4", both, IpFamily.IPV4, ports, backends);
        scene.slice("two-6", both, IpFamily.IPV6, ports, backends);
        for (IpAddress address : both.addresses()) {
          scene.await("a2", TCP, address, 80, "a1:8080", "b2:8080");
          scene.await("b1", UDP, address, 80, "a1:9090", "b2:9090");
        }
        for (IpAddress node : cluster.nodes().getLast().addresses().values()) {
          scene.await("a1", TCP, node, both.nodePort(0), "a1:8080", "b2:8080");
        }
      }
    }
  }
}
