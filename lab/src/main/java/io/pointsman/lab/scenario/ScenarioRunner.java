package io.pointsman.lab.scenario;

import io.pointsman.lab.Lab;
import java.util.List;
import java.util.Optional;

/** Plays scenarios in a lab. */
public final class ScenarioRunner {
  private final Lab lab;
  private final ProxyUnderTest proxy;

  /**
   * @param lab fresh, or without rules and proxies
   */
  public ScenarioRunner(Lab lab, ProxyUnderTest proxy) {
    this.lab = lab;
    this.proxy = proxy;
  }

  /** What of the scenario cannot be played yet; empty when all of it can. */
  public static Optional<String> unplayable(Scenario scenario) {
    return scenario.steps().stream()
        .flatMap(step ->
            reason(step.step()).stream().map(reason -> "step " + step.number() + ": " + reason))
        .findFirst();
  }

  private static Optional<String> reason(Step step) {
    return switch (step) {
      case Step.NotPlayed other -> Optional.of("'" + other.name() + "' is not played yet");
      case Step.Leftovers all -> Optional.of("'leftovers' is not played yet");
      case Step.Proxy change when change.reference() ->
          Optional.of("it needs the genuine kube-proxy");
      case Step.Proxy change when change.configuration().isPresent() ->
          Optional.of("'proxy' with another configuration is not played yet");
      case Step.Proxy change when !List.of("stop", "start", "restart").contains(change.action()) ->
          Optional.of("'proxy: " + change.action() + "' is not played yet");
      default -> Optional.empty();
    };
  }

  /**
   * Plays the scenario from its start to its end, also when observations differ. Proxies, flows and
   * traffic are ended in any case; rules stay in the lab.
   *
   * @throws ScenarioException when the scenario cannot be played
   */
  public ScenarioReport run(Scenario scenario, ProxyMode mode, Answers answers) {
    unplayable(scenario)
        .ifPresent(reason -> {
          throw new ScenarioException(scenario.name() + ": " + reason);
        });
    try (Performance performance = new Performance(lab, proxy, scenario, mode, answers)) {
      return performance.play();
    }
  }
}
