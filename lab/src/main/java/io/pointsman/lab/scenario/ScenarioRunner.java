package io.pointsman.lab.scenario;

import io.pointsman.lab.Lab;
import java.util.Optional;

/** Plays scenarios in a lab. */
public final class ScenarioRunner {
  private final Lab lab;
  private final ProxyUnderTest proxy;
  private final Optional<ProxyUnderTest> reference;
  private final Optional<LastPlans> plans;

  /**
   * @param lab fresh, or without rules and proxies
   */
  public ScenarioRunner(Lab lab, ProxyUnderTest proxy) {
    this(lab, proxy, Optional.empty(), Optional.empty());
  }

  /**
   * @param lab fresh, or without rules and proxies
   * @param reference what {@code impl: reference} stands for
   * @param plans told of the proxy's syncs; what is seen is compared with what they foretell
   */
  public ScenarioRunner(Lab lab, ProxyUnderTest proxy, ProxyUnderTest reference, LastPlans plans) {
    this(lab, proxy, Optional.of(reference), Optional.of(plans));
  }

  private ScenarioRunner(
      Lab lab,
      ProxyUnderTest proxy,
      Optional<ProxyUnderTest> reference,
      Optional<LastPlans> plans) {
    this.lab = lab;
    this.proxy = proxy;
    this.reference = reference;
    this.plans = plans;
  }

  /**
   * Plays the scenario from its start to its end, also when observations differ. Proxies, flows and
   * traffic are ended in any case; rules stay in the lab.
   *
   * @throws ScenarioException when the scenario cannot be played
   */
  public ScenarioReport run(Scenario scenario, ProxyMode mode, Answers answers) {
    try (Performance performance =
        new Performance(
            lab,
            new Proxies(lab, proxy, reference, scenario, mode),
            plans,
            scenario,
            mode,
            answers)) {
      return performance.play();
    }
  }
}
