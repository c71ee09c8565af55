package io.pointsman.lab.packet;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The outcomes of a probe's connections.
 *
 * @param counts how often each outcome came, by its spelling
 */
public record Sighting(Probe probe, SortedMap<String, Integer> counts) {
  public Sighting {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }

  /** The distinct outcomes, sorted. */
  public Set<String> outcomes() {
    return counts.keySet();
  }

  /** The number of connections made. */
  public int tries() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public String toString() {
    return probe + ": " + counts;
  }
}
