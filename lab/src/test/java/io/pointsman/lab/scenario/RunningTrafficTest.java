package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Traffic;
import io.pointsman.lab.scenario.ProxyUnderTest.Deployment;
import io.pointsman.lab.scenario.ProxyUnderTest.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traffic that runs does not notice what happens to other Services, or to the proxy. */
@NeedsLab
class RunningTrafficTest {
  private static final int CHANGES = 500;
  private static final int OTHERS = 40;

  /** Places from which, and addresses to which, flows stay open: TCP and UDP each. */
  private static final List<Map.Entry<String, String>> WAYS =
      List.of(
          Map.entry("a2", "10.211.20.1:80"),
          Map.entry("a2", "[fd00:211::2001]:80"),
          Map.entry("A", "10.211.20.1:80"),
          Map.entry("ext", "172.29.0.11:30800"),
          Map.entry("ext", "[fd00:29::11]:30800"),
          Map.entry("ext", "198.51.100.200:80"));

  private static final String STEADY =
      """
      objects:
      - {service: steady, ip: [10.211.20.1, "fd00:211::2001"], type: LoadBalancer, ports: ["t=80:30800", "u=80/UDP:30800"], vips: [198.51.100.200]}
      - {slice: steady, family: both, ports: ["t=8080", "u=8080/UDP"], endpoints: [%s]}
      """;

  private final Topology topology = Topology.oracle();
  private final Random random = new Random(20);
  private final List<Talk> talks = new ArrayList<>();

  private List<Manifest> objects(String text) {
    return new ScenarioReader(topology).read("x.yaml", text).objects();
  }

  @ParameterizedTest
  @EnumSource
  void flowsStayThroughChangesRestartsAndASwitchOfModes(ProxyMode mode) throws Exception {
    ClusterObjects objects =
        ClusterObjects.of(BaseObjects.of(topology)).with(objects(STEADY.formatted("a1")));
    AgentProxy agents = new AgentProxy(AgentProxy.Supply.MANIFESTS);
    try (Lab lab = Lab.up(topology)) {
      Running running = agents.start(deployment(lab, mode), objects);
      try (Traffic pod = lab.prober().traffic("a2", Destination.of("10.211.20.1:80"));
          Traffic outside = lab.prober().traffic("ext", Destination.of("172.29.0.11:30800"))) {
        openFlows(lab);
        objects = churn(running, objects);

        for (ProxyMode next : List.of(mode, mode.other(), mode)) {
          running.close();
          running = agents.start(deployment(lab, next), objects);
        }
        assertThat(pod.end().failures()).as("%s", pod.soFar()).isZero();
        assertThat(outside.end().failures()).as("%s", outside.soFar()).isZero();
        talks.forEach(talk -> assertThat(talk.outcomes().keySet()).as("%s", talk).hasSize(1));

        running.publish(objects.with(objects(STEADY.formatted("b1"))));
        running.awaitProgrammed();
        endpointIsReplaced();
      } finally {
        running.close();
        for (Talk talk : talks) {
          talk.close();
        }
      }
    }
  }

  private Deployment deployment(Lab lab, ProxyMode mode) {
    return new Deployment(
        lab,
        topology.nodes().subList(0, 1),
        mode,
        BaseObjects.configuration(topology, mode, JsonNodeFactory.instance.objectNode()));
  }

  private void openFlows(Lab lab) throws InterruptedException {
    for (String protocol : List.of("tcp", "udp")) {
      for (Map.Entry<String, String> way : WAYS) {
        Destination to = Destination.of(way.getValue() + "/" + protocol);
        Talk talk =
            Talk.on(
                way.getKey() + " -> " + to, lab.prober().flow(way.getKey(), to, Optional.empty()));
        talks.add(talk);
        assertThat(talk.outcomes().firstKey()).as("%s", talk).startsWith("a1:8080 from ");
      }
    }
  }

  private ClusterObjects churn(Running running, ClusterObjects before) {
    ClusterObjects objects = before;
    for (int i = 0; i < CHANGES; i++) {
      objects = changed(objects);
      running.publish(objects);
      if (i % 25 == 24) {
        running.awaitProgrammed();
      }
    }
    return objects;
  }

  /** Some other Service comes, goes, or gets other endpoints, ports or policies. */
  private ClusterObjects changed(ClusterObjects objects) {
    int n = random.nextInt(OTHERS);
    if (random.nextInt(5) == 0) {
      return objects.without(List.of(ObjectKey.of("svc/other-" + n)));
    }
    List<String> endpoints = new ArrayList<>(List.of("a1", "a2", "b1", "b2"));
    endpoints.removeIf(name -> random.nextBoolean());
    String text =
        """
        objects:
        - {service: other-%1$d, ip: [10.211.21.%1$d, "fd00:211::21%1$d"], type: NodePort, ports: ["t=80:%2$d", "u=80/UDP:%2$d"], spec: {sessionAffinity: %3$s, externalTrafficPolicy: %4$s}}
        - {slice: other-%1$d, family: both, ports: ["t=%5$d", "u=%5$d/UDP"], endpoints: %6$s}
        """
            .formatted(
                n,
                30_000 + n,
                random.nextBoolean() ? "ClientIP" : "None",
                random.nextBoolean() ? "Local" : "Cluster",
                random.nextBoolean() ? 8080 : 9090,
                endpoints);
    return objects.with(objects(text));
  }

  /** UDP goes on at the new endpoint at once; TCP stays with the one that it has. */
  private void endpointIsReplaced() throws InterruptedException {
    for (Talk talk : talks) {
      String server = talk.toString().contains("/udp") ? "b1" : "a1";
      assertThat(talk.next()).as("%s", talk).startsWith(server + ":8080 from ");
    }
  }
}
