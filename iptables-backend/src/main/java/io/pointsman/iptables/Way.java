package io.pointsman.iptables;

import io.pointsman.model.ObjectName;
import io.pointsman.plan.Destination;
import java.util.List;

/**
 * What happens to packets for one destination.
 *
 * @param rules what to do, in order; each matches this destination only
 * @param label for people: the Service port, and what this is to it
 * @param owner the Service that wants it
 */
record Way(Destination destination, List<Rule> rules, String label, ObjectName owner) {
  Way {
    rules = List.copyOf(rules);
  }

  /** The rules, each saying whose it is. */
  List<Rule> named() {
    Match comment = new Match.Comment(label);
    return rules.stream().map(rule -> rule.when(comment)).toList();
  }
}
