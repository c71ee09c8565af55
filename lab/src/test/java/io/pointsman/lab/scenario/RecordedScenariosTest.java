package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The real agent gives the answers that were recorded from kube-proxy, packet by packet. */
@NeedsLab
class RecordedScenariosTest {
  static Stream<Arguments> scenarios() {
    try (Stream<Path> files = Files.list(ScenarioRunnerTest.oracle())) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .map(name -> name.substring(0, name.length() - ".yaml".length()))
              .sorted()
              .toList();
      return names.stream()
          .flatMap(name -> Stream.of(ProxyMode.values()).map(mode -> Arguments.of(name, mode)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0} ({1})")
  @MethodSource("scenarios")
  void theAgentGivesTheRecordedAnswers(String name, ProxyMode mode) {
    Topology topology = Topology.oracle();
    Scenario scenario =
        new ScenarioReader(topology).read(ScenarioRunnerTest.oracle().resolve(name + ".yaml"));
    Answers answers = Answers.load(ScenarioRunnerTest.oracle(), name, mode);
    try (Lab lab = Lab.up(topology)) {
      LastPlans plans = new LastPlans();
      AgentProxy agents = new AgentProxy(AgentProxy.Supply.API_SERVER, plans);
      ScenarioReport report =
          new ScenarioRunner(lab, agents, new KubeProxyShape(), plans).run(scenario, mode, answers);
      assertThat(report.differences()).as(report.toString()).isEmpty();
      assertThat(report.contradictions()).isEmpty();
    }
  }
}
