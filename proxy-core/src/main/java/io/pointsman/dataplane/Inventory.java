package io.pointsman.dataplane;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of ours the kernel holds, counted by kind: {@code chains} and {@code elements}, and rules
 * under {@code rules} or, where a backend has several tables, {@code filter rules} and so on.
 *
 * @param held how many there are; 0 when that is not known
 * @param written how many of them the last commit wrote
 */
public record Inventory(Map<String, Long> held, Map<String, Long> written) {
  /** Nothing is known yet. */
  public static final Inventory UNKNOWN = new Inventory(Map.of(), Map.of());

  public Inventory {
    held = Collections.unmodifiableMap(new TreeMap<>(held));
    written = Collections.unmodifiableMap(new TreeMap<>(written));
  }
}
