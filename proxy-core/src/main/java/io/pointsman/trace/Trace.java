package io.pointsman.trace;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every possible fate of a packet.
 *
 * @param packet the packet
 * @param outcomes at least one; their shares add up to 1
 */
public record Trace(Packet packet, List<Outcome> outcomes) {
  public Trace {
    outcomes = List.copyOf(outcomes);
  }

  /** The probability of each disposition, whatever the path. */
  public Map<Disposition, Double> fate() {
    Map<Disposition, Double> fate = new TreeMap<>(Comparator.comparing(Object::toString));
    outcomes.forEach(outcome -> fate.merge(outcome.disposition(), outcome.share(), Double::sum));
    return fate;
  }
}
