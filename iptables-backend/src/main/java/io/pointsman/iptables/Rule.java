package io.pointsman.iptables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All matches hold, then the action happens.
 *
 * @param matches in the one order that {@link Match#rank} gives, so that rules that mean the same
 *     are equal; counting matches come last and see only packets that the others let through
 */
public record Rule(List<Match> matches, Action action) {
  public Rule {
    if (!isOrdered(matches)) {
      List<Match> ordered = new ArrayList<>(matches);
      ordered.sort(Comparator.comparingInt(Match::rank));
      matches = ordered;
    }
    matches = List.copyOf(matches);
  }

  private static boolean isOrdered(List<Match> matches) {
    for (int i = 1; i < matches.size(); i++) {
      if (matches.get(i - 1).rank() > matches.get(i).rank()) {
        return false;
      }
    }
    return true;
  }

  static Rule of(Action action, Match... matches) {
    return new Rule(List.of(matches), action);
  }

  /** This rule with further matches. */
  Rule when(Match... more) {
    List<Match> all = new ArrayList<>(matches);
    all.addAll(List.of(more));
    return new Rule(all, action);
  }

  @Override
  public String toString() {
    return Printer.rule(this);
  }
}
