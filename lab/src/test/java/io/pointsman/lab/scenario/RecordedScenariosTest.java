package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real agent gives the answers that were recorded from kube-proxy, packet by packet. */
@NeedsLab
class RecordedScenariosTest {
  @ParameterizedTest(name = "{0} ({1})")
  @CsvSource({
    "clusterip-tcp,NFTABLES", "clusterip-tcp,IPTABLES",
    "clusterip-udp,NFTABLES", "clusterip-udp,IPTABLES",
    "clusterip-multiport,NFTABLES", "clusterip-multiport,IPTABLES",
    "clusterip-dual-stack,NFTABLES", "clusterip-dual-stack,IPTABLES",
    "clusterip-no-endpoints,NFTABLES", "clusterip-no-endpoints,IPTABLES",
    "slices-merged,NFTABLES", "slices-merged,IPTABLES",
    "nodeport-basic,NFTABLES", "nodeport-basic,IPTABLES",
    "service-recreated,NFTABLES", "service-recreated,IPTABLES",
  })
  void theAgentGivesTheRecordedAnswers(String name, ProxyMode mode) {
    Topology topology = Topology.oracle();
    Scenario scenario =
        new ScenarioReader(topology).read(ScenarioRunnerTest.oracle().resolve(name + ".yaml"));
    Answers answers = Answers.load(ScenarioRunnerTest.oracle(), name, mode);
    try (Lab lab = Lab.up(topology)) {
      ScenarioReport report =
          new ScenarioRunner(lab, new AgentProxy()).run(scenario, mode, answers);
      assertThat(report.differences()).as(report.toString()).isEmpty();
    }
  }
}
