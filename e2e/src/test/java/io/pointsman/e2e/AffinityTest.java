package io.pointsman.e2e;

import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Clients that stay with their endpoint. */
@OnCluster
class AffinityTest {
  private static final String TO_8080 = "[{port: 8080}]";
  private static final String PORTS = "ports: [{port: 80, targetPort: 8080}]";

  /** A look per pause: each longer than the affinity that is to end. */
  private static final Duration FORGOTTEN = Duration.ofMillis(2500);

  private static final int FORGETTING_LOOKS = 12;

  private final TestCluster cluster;

  AffinityTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  private void slice(Scene scene, Service service) {
    scene.slice(
        service.name() + "-1",
        service,
        TO_8080,
        cluster.pods().stream().map(Backend::of).toArray(Backend[]::new));
  }

  @Test
  void aClientStaysWithItsEndpointWhileItIsWanted() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web = scene.service("sticky", family, "{sessionAffinity: ClientIP, " + PORTS + "}");
        slice(scene, web);
        String all = "a1:8080 a2:8080 b1:8080 b2:8080";
        String stays = awaitOne(scene, "a1", web.address(), 80);
        assertThat(one(scene, "a1", web.address(), 80)).contains(stays);
        scene.service("sticky", family, "{sessionAffinity: None, " + PORTS + "}");
        scene.await("a1", TCP, web.address(), 80, all.split(" ", -1));
        scene.service("sticky", family, "{sessionAffinity: ClientIP, " + PORTS + "}");
        awaitOne(scene, "a1", web.address(), 80);
      }
    }
  }

  @Test
  void alsoAtANodePort() {
    for (IpFamily family : cluster.families()) {
      try (Scene scene = new Scene(cluster)) {
        Service web =
            scene.service(
                "sticky-port",
                family,
                "{type: NodePort, sessionAffinity: ClientIP, " + PORTS + "}");
        slice(scene, web);
        IpAddress node =
            Optional.ofNullable(cluster.nodes().getFirst().addresses().get(family)).orElseThrow();
        String stays = awaitOne(scene, "b1", node, web.nodePort(0));
        assertThat(one(scene, "b1", node, web.nodePort(0))).contains(stays);
      }
    }
  }

  @Test
  void itIsForgottenAfterItsTimeout() {
    IpFamily family = cluster.families().getFirst();
    try (Scene scene = new Scene(cluster)) {
      Service web =
          scene.service(
              "forgets",
              family,
              "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}, "
                  + PORTS
                  + "}");
      slice(scene, web);
      Set<String> seen = new HashSet<>();
      for (int look = 0; look < FORGETTING_LOOKS && seen.size() < 2; look++) {
        seen.add(awaitOne(scene, "a1", web.address(), 80));
        LockSupport.parkNanos(FORGOTTEN.toNanos());
      }
      assertThat(seen).as("endpoints of one client over time").hasSizeGreaterThan(1);
    }
  }

  /** All connections of a look end at one place: it is answered. */
  private static Optional<String> one(Scene scene, String from, IpAddress to, int port) {
    // The first alone: of several at the same moment each may find the client unknown.
    Set<String> places = Scene.places(scene.look(from, TCP, to, port));
    return places.size() == 1 && places.iterator().next().endsWith(":8080")
        ? Optional.of(places.iterator().next())
        : Optional.empty();
  }

  private static String awaitOne(Scene scene, String from, IpAddress to, int port) {
    return Scene.awaitThat(
            "one endpoint for " + from + " at " + to,
            () -> one(scene, from, to, port),
            Optional::isPresent)
        .orElseThrow();
  }
}
