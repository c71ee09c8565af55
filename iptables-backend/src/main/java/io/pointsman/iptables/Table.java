package io.pointsman.iptables;

import java.util.Locale;
import java.util.Optional;

/** The tables we write to, in the order in which a script commits them. */
public enum Table {
  MANGLE,
  FILTER,
  NAT;

  /** The name as {@code iptables -t} knows it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The table of this name, if it is one of ours. */
  static Optional<Table> named(String label) {
    for (Table table : values()) {
      if (table.label().equals(label)) {
        return Optional.of(table);
      }
    }
    return Optional.empty();
  }
}
