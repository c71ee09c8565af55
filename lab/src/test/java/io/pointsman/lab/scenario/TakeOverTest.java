package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.fault.AgentProcess;
import io.pointsman.lab.fault.Await;
import io.pointsman.lab.fault.Load;
import io.pointsman.lab.scenario.ProxyUnderTest.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program takes over, under load: from rules of kube-proxy's shape, and from its other mode.
 */
@NeedsLab
class TakeOverTest {
  private static final String STEADY =
      """
      objects:
      - {service: steady, ip: [10.211.0.10, "fd00:211::10"], type: NodePort, ports: ["t=80:30080", "u=80/UDP:30080"]}
      - {slice: steady, family: both, ports: ["t=8080", "u=8080/UDP"], endpoints: [a1]}
      - {service: empty, ip: [10.211.0.11, "fd00:211::11"], ports: ["t=80"]}
      """;

  private final Topology topology = Topology.standard(1, 2);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "NFTABLES, NFTABLES",
    "IPTABLES, NFTABLES",
    "NFTABLES, IPTABLES",
    "IPTABLES, IPTABLES"
  })
  void fromKubeProxy(ProxyMode before, ProxyMode after) throws Exception {
    ClusterObjects objects = objects();
    try (Lab lab = Lab.up(topology)) {
      Deployment deployment =
          new Deployment(
              lab,
              topology.nodes(),
              before,
              BaseObjects.configuration(topology, before, JsonNodeFactory.instance.objectNode()));
      new KubeProxyShape().start(deployment, objects);
      try (Load load = Load.start(lab);
          AgentProcess agent = start(lab, after)) {
        awaitAlone(lab, agent, after);
        load.assertUndisturbed("taken over");
        assertRight(lab, agent);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void fromItsOtherMode(ProxyMode after) throws Exception {
    objects();
    try (Lab lab = Lab.up(topology)) {
      try (AgentProcess first = start(lab, after.other())) {
        awaitAlone(lab, first, after.other());
      }
      try (Load load = Load.start(lab);
          AgentProcess agent = start(lab, after)) {
        awaitAlone(lab, agent, after);
        load.assertUndisturbed("in the other mode");
        assertRight(lab, agent);
      }
    }
  }

  /** In the folder that the program reads. */
  private ClusterObjects objects() throws IOException {
    ClusterObjects objects =
        ClusterObjects.of(BaseObjects.of(topology))
            .with(new ScenarioReader(topology).read("x.yaml", STEADY).objects());
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    int number = 0;
    for (Manifest manifest : objects.manifests()) {
      Files.writeString(manifests.resolve(number++ + ".json"), manifest.json().toString());
    }
    return objects;
  }

  private AgentProcess start(Lab lab, ProxyMode mode) {
    return AgentProcess.start(
        lab, folder, mode.toString(), "--source=dir:" + folder.resolve("manifests"));
  }

  /** Its rules stand, and no other proxy's. */
  private static void awaitAlone(Lab lab, AgentProcess agent, ProxyMode mode) throws Exception {
    agent.awaitFirstSyncs();
    NodeRules rules = new NodeRules(lab.namespace("A"));
    Set<String> own = ReadBack.places(mode.toString());
    Await.until(() -> rules.leftovers().equals(own), () -> rules.leftovers() + ", not " + own);
  }

  private static void assertRight(Lab lab, AgentProcess agent) throws Exception {
    assertThat(agent.diff().differs()).as("%s", agent.diff().print()).isFalse();
    assertThat(lab.outcomes("a2", "10.211.0.11:80"))
        .allMatch(one -> one.startsWith("icmp-reject "));
    assertThat(agent.log()).noneMatch(line -> line.matches("E[0-9]{4} .*"));
  }
}
