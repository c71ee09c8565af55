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
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The real agent does what the project's own scenarios say, a file for each behaviour. */
@NeedsLab
class OwnScenariosTest {
  private static final Topology TOPOLOGY = Topology.oracle();

  private static Path file(String name) {
    return ScenarioRunnerTest.oracle().resolveSibling(name + ".yaml");
  }

  static Stream<Arguments> scenarios() {
    Path all = java.util.Objects.requireNonNull(ScenarioRunnerTest.oracle().getParent());
    try (Stream<Path> files = Files.walk(all)) {
      return files
          .map(file -> all.relativize(file).toString())
          .filter(name -> name.endsWith(".yaml") && !name.startsWith("oracle"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .flatMap(name ->
              new ScenarioReader(TOPOLOGY)
                  .read(file(name)).modes().stream().sorted().map(mode -> Arguments.of(name, mode)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0} ({1})")
  @MethodSource("scenarios")
  void packetsFareAsTheFileSays(String name, ProxyMode mode) {
    Scenario scenario = new ScenarioReader(TOPOLOGY).read(file(name));
    try (Lab lab = Lab.up(TOPOLOGY)) {
      LastPlans plans = new LastPlans();
      AgentProxy agents = new AgentProxy(AgentProxy.Supply.MANIFESTS, plans);
      ScenarioReport report =
          new ScenarioRunner(lab, agents, new KubeProxyShape(), plans)
              .run(scenario, mode, Answers.none());
      assertThat(report.observations()).as("observations").isNotEmpty();
      assertThat(report.observations())
          .as("every observation has an expectation beside it")
          .allMatch(one -> one.expected().isPresent());
      assertThat(report.differences()).as(report.toString()).isEmpty();
      assertThat(report.contradictions()).isEmpty();
    }
  }
}
