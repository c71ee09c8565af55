package io.pointsman.iptables;

/**
 * A chain in its table.
 *
 * @param name at most 28 characters ({@code XT_EXTENSION_MAXNAMELEN} of linux/netfilter/x_tables.h
 *     less the final zero)
 */
public record ChainId(Table table, String name) implements Comparable<ChainId> {
  static final int MAX_NAME = 28;

  public ChainId {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "chain name '" + name + "' must have 1 to " + MAX_NAME + " characters");
    }
  }

  @Override
  public int compareTo(ChainId other) {
    int byTable = table.compareTo(other.table);
    return byTable != 0 ? byTable : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return table.label() + " " + name;
  }
}
