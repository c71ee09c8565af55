package io.pointsman.lab.scenario;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Everything that was observed while a scenario was played, in order.
 *
 * @param contradictions where packets fared otherwise than the tracers said, or the kernel held
 *     other rules than planned
 */
public record ScenarioReport(
    String scenario, ProxyMode mode, List<Observation> observations, List<String> contradictions) {
  public ScenarioReport {
    observations = List.copyOf(observations);
    contradictions = List.copyOf(contradictions);
  }

  /**
   * One observation.
   *
   * @param key step, places and destination, such as {@code 01 a1 -> 10.211.10.1:80/tcp}
   * @param seen the distinct outcomes
   * @param expected what it should have been; empty when nobody knows
   * @param excused why a difference does not count; empty when it does
   */
  public record Observation(
      String key, Set<String> seen, Optional<Set<String>> expected, Optional<String> excused) {
    public Observation {
      seen = Set.copyOf(seen);
      expected = expected.map(Set::copyOf);
    }

    /** Whether what was seen is what was expected, or need not be. */
    public boolean agrees() {
      return excused.isPresent() || expected.map(seen::equals).orElse(true);
    }

    @Override
    public String toString() {
      String found = key + ": " + new TreeSet<>(seen);
      return expected
          .filter(outcomes -> !outcomes.equals(seen))
          .map(outcomes -> found + " instead of " + new TreeSet<>(outcomes))
          .orElse(found);
    }
  }

  /** The observations that are not as they should be. */
  public List<Observation> differences() {
    return observations.stream().filter(one -> !one.agrees()).toList();
  }

  @Override
  public String toString() {
    return scenario
        + " ("
        + mode
        + "): "
        + observations.size()
        + " observations, "
        + differences().size()
        + " differ"
        + differences().stream().map(one -> "\n  " + one).collect(Collectors.joining())
        + contradictions.stream().map(one -> "\n  " + one).collect(Collectors.joining());
  }
}
