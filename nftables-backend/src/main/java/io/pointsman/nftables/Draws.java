package io.pointsman.nftables;

import io.pointsman.trace.TraceException;
import java.util.ArrayList;
import java.util.List;

/**
 * The random numbers of a walk, so that all walks can be made one after the other: each repeats the
 * numbers of the one before but for the last that still has a next value.
 */
final class Draws {
  /** More outcomes than any table of ours has: 2^17 endpoints. */
  private static final long MOST_WALKS = 1 << 20;

  private record Choice(int value, int modulus) {}

  private final List<Choice> choices = new ArrayList<>();
  private int next;
  private long combinations = 1;

  /** A number below {@code modulus}, the same as in the walk before while that is not yet done. */
  int draw(int modulus) {
    if (next == choices.size()) {
      combinations *= modulus;
      if (modulus < 1 || combinations > MOST_WALKS) {
        throw new TraceException(
            "draws among "
                + Integer.toUnsignedString(modulus)
                + " numbers; a trace follows up to "
                + MOST_WALKS
                + " outcomes");
      }
      choices.add(new Choice(0, modulus));
    }
    return choices.get(next++).value();
  }

  /** The probability of the numbers drawn in this walk. */
  double share() {
    double share = 1;
    for (Choice choice : choices.subList(0, next)) {
      share /= choice.modulus();
    }
    return share;
  }

  /** Prepares the next walk; false when all have been made. */
  boolean advance() {
    next = 0;
    while (!choices.isEmpty()) {
      Choice last = choices.removeLast();
      if (last.value() + 1 < last.modulus()) {
        choices.add(new Choice(last.value() + 1, last.modulus()));
        return true;
      }
      combinations /= last.modulus();
    }
    return false;
  }
}
