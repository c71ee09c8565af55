package io.pointsman.benchmarks;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of a report.
 *
 * @param row the row of the table of targets that it belongs to, as {@code T6}
 * @param what what was measured, in a few words
 * @param size how much there was to do
 * @param ours what it is with Pointsman
 * @param peer what it is with the peer's shape
 * @param unit of both amounts, as {@code ms}
 * @param target what ours should be, where that was said for this size
 */
public record Figure(
    String row,
    String what,
    Size size,
    Measure ours,
    Measure peer,
    String unit,
    Optional<Target> target) {

  /** A figure of a benchmark that has nothing to stand beside, and no target yet. */
  static Figure alone(String row, Benchmark of, String what, Size size, Measure ours, String unit) {
    return new Figure(
        row, of.mode() + ": " + what, size, ours, Measure.none(), unit, Optional.empty());
  }

  /** What was aimed at: the words, and whether it was reached. */
  public record Target(String words, boolean isMet) {}

  /** How often ours goes into the peer's, or at least so often; empty unless both are known. */
  public OptionalDouble ratio() {
    OptionalDouble theirs = peer.atLeast();
    return ours instanceof Measure.Value(double amount) && amount > 0 && theirs.isPresent()
        ? OptionalDouble.of(theirs.getAsDouble() / amount)
        : OptionalDouble.empty();
  }

  /** This figure with the target that ours is at most so much. */
  public Figure wantedAtMost(double most) {
    boolean met = ours instanceof Measure.Value(double amount) && amount <= most;
    return with(new Target("<= %s %s".formatted(Report.digits(most), unit), met));
  }

  /** This figure with the target that the peer's is at least so many times ours. */
  public Figure wantedFaster(double times) {
    OptionalDouble ratio = ratio();
    boolean met = ratio.isPresent() && ratio.getAsDouble() >= times;
    return with(new Target(">= %s times faster".formatted(Report.digits(times)), met));
  }

  private Figure with(Target wanted) {
    return new Figure(row, what, size, ours, peer, unit, Optional.of(wanted));
  }
}
