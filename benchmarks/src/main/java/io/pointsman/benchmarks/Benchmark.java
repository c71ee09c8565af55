package io.pointsman.benchmarks;

import java.util.List;
import java.util.Optional;

/** Something that can be measured at many sizes; listed in {@link Catalogue}. */
interface Benchmark {
  /** The row of the table of targets that it is about, as {@code T6}; several may share one. */
  String row();

  /** The backend that it is about. */
  Mode mode();

  /** What it measures, in one line. */
  String measures();

  /** Why it makes no sense or takes too much at this size; empty when it can run. */
  default Optional<String> unfeasible(Size size) {
    return mode().unfeasible(size);
  }

  /** Whether the quick form, which has a few minutes for all, runs it at this size. */
  default boolean isQuick(Size size) {
    return true;
  }

  /**
   * Measures; takes as long as that takes, and leaves nothing behind.
   *
   * @throws Exception when something that it needs is not there; the message says what
   */
  List<Figure> run(Size size) throws Exception;
}
