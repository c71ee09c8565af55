package io.pointsman.lab.packet;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known beforehand about the outcomes of a probe, and how long to try because of it.
 *
 * @param outcomes all distinct outcomes, as {@link Outcome} spells them; empty when nothing is
 *     known
 */
public record Expectation(Set<String> outcomes) {
  /** Connections in a round: all of them are open at the same time. */
  static final int ROUND = 40;

  public Expectation {
    outcomes = Set.copyOf(outcomes);
  }

  /** Nothing is known: one round, whatever comes. */
  public static Expectation none() {
    return new Expectation(Set.of());
  }

  /** Exactly these outcomes, each at least once. */
  public static Expectation of(Collection<String> outcomes) {
    return new Expectation(Set.copyOf(outcomes));
  }

  /**
   * How long one connection may take. Where no timeout is expected there is time enough for a busy
   * machine and for TCP to send again; it is used up only by a failing probe.
   */
  Duration patience() {
    return outcomes.isEmpty() || outcomes.contains("timeout")
        ? Duration.ofSeconds(1)
        : Duration.ofSeconds(5);
  }

  /**
   * Connections after which an outcome that was not seen counts as impossible. With k outcomes, of
   * which even the rarest comes with probability 1/(2k), all have come after n tries but for k (1 -
   * 1/(2k))^n; that is below 1e-10 here.
   */
  int mostTries() {
    int count = outcomes.size();
    if (count <= 1) {
      return ROUND;
    }
    double needed = Math.log(count / 1e-10) / -Math.log1p(-1.0 / (2 * count));
    return Math.max(ROUND, (int) Math.ceil(needed));
  }

  /** Whether more tries can still change the judgement. */
  boolean isOpen(Set<String> seen, int tries) {
    return !outcomes.isEmpty()
        && outcomes.containsAll(seen)
        && !seen.containsAll(outcomes)
        && tries < mostTries();
  }

  /** What was seen and not expected, and the other way round, in words; empty when they agree. */
  public String difference(Set<String> seen) {
    Set<String> unexpected = new TreeSet<>(seen);
    unexpected.removeAll(outcomes);
    Set<String> missing = new TreeSet<>(outcomes);
    missing.removeAll(seen);
    if (unexpected.isEmpty() && missing.isEmpty()) {
      return "";
    }
    return (unexpected.isEmpty() ? "" : "not expected: " + unexpected)
        + (unexpected.isEmpty() || missing.isEmpty() ? "" : "; ")
        + (missing.isEmpty() ? "" : "never seen: " + missing);
  }
}
