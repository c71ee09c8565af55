package io.pointsman.lab.scenario;

import io.pointsman.lab.scenario.Scenario.NumberedStep;
import io.pointsman.lab.scenario.ScenarioReport.Observation;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The observations of a performance, each beside what it should have been. */
final class Notes {
  private final Scenario scenario;
  private final ProxyMode mode;
  private final Answers answers;
  private final List<Observation> observations = new ArrayList<>();
  private final List<String> contradictions = new ArrayList<>();

  Notes(Scenario scenario, ProxyMode mode, Answers answers) {
    this.scenario = scenario;
    this.mode = mode;
    this.answers = answers;
  }

  /** What this observation should be: by the step itself, else by the recorded answers. */
  Optional<Set<String>> expected(NumberedStep step, String what) {
    return step.expected()
        .map(expected -> expected.in(mode, IpFamily.IPV4))
        .or(() -> answers.get(key(step, what)));
  }

  void add(NumberedStep step, String what, Set<String> seen) {
    add(step, what, seen, expected(step, what));
  }

  void add(NumberedStep step, String what, Set<String> seen, Optional<Set<String>> expected) {
    String key = key(step, what);
    Optional<String> excused =
        scenario.isChance(key)
            ? Optional.of("a matter of chance")
            : answers.better().contains(key) ? Optional.empty() : scenario.quirk(key);
    observations.add(new Observation(key, seen, expected, excused));
  }

  /** What is told of the same thing in two ways that cannot both be true. */
  void contradict(String when, List<String> lines) {
    lines.forEach(line -> contradictions.add(when + " " + line));
  }

  ScenarioReport report() {
    return new ScenarioReport(scenario.name(), mode, observations, contradictions);
  }

  private static String key(NumberedStep step, String what) {
    return "%02d %s".formatted(step.number(), what);
  }
}
