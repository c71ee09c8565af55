package io.pointsman.benchmarks;

import java.util.OptionalDouble;

/** What came out of measuring one thing once or many times. */
public sealed interface Measure {
  /** So much, in the figure's unit. */
  record Value(double amount) implements Measure {}

  /** More than this, in the figure's unit: it was stopped then. */
  record Beyond(double bound) implements Measure {}

  /** Nothing; why, in a few words. */
  record Missing(String why) implements Measure {}

  /** Nothing, for there is nothing to compare with. */
  static Measure none() {
    return new Missing("-");
  }

  /** The amount, or the least that it can be. */
  default OptionalDouble atLeast() {
    return switch (this) {
      case Value(double amount) -> OptionalDouble.of(amount);
      case Beyond(double bound) -> OptionalDouble.of(bound);
      case Missing ignored -> OptionalDouble.empty();
    };
  }
}
