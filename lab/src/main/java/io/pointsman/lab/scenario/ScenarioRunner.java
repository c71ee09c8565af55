package io.pointsman.lab.scenario;

import io.pointsman.lab.Lab;
import java.util.Optional;

/** Plays scenarios in a lab. */
public final class ScenarioRunner {
  private final Lab lab;
  private final ProxyUnderTest proxy;
  private final Optional<ProxyUnderTest> reference;

  /**
   * @param lab fresh, or without rules and proxies
   */
  public ScenarioRunner(Lab lab, ProxyUnderTest proxy) {
    this(lab, proxy, Optional.empty());
  }

  /**
   * @param lab fresh, or without rules and proxies
   * @param reference what {@code impl: reference} stands for
   */
  public ScenarioRunner(Lab lab, ProxyUnderTest proxy, ProxyUnderTest reference) {
    this(lab, proxy, Optional.of(reference));
  }

  private ScenarioRunner(Lab lab, ProxyUnderTest proxy, Optional<ProxyUnderTest> reference) {
    this.lab = lab;
    this.proxy = proxy;
    this.reference = reference;
  }

  /**
   * Plays the scenario from its start to its end, also when observations differ. Proxies, flows and
   * traffic are ended in any case; rules stay in the lab.
   *
   * @throws ScenarioException when the scenario cannot be played
   */
  public ScenarioReport run(Scenario scenario, ProxyMode mode, Answers answers) {
    try (Performance performance =
        new Performance(lab, proxy, reference, scenario, mode, answers)) {
      return performance.play();
    }
  }
}
