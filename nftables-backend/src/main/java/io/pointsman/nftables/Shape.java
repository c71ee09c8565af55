package io.pointsman.nftables;

/**
 * How a frontend is served: all frontends that agree in this share one chain.
 *
 * @param kind who is masqueraded and which endpoints serve whom
 * @param nodePort the endpoints are found by node port, not by address
 * @param cluster number of endpoints for policy Cluster
 * @param local number of this node's endpoints, for kind LOCAL
 */
record Shape(Kind kind, boolean nodePort, int cluster, int local) implements Comparable<Shape> {
  /** The most endpoints that a frontend can have. */
  static final int MAX_CLUSTER = (1 << 17) - 1;

  /** The most endpoints on this node that a frontend can have. */
  static final int MAX_LOCAL = (1 << 12) - 1;

  enum Kind {
    INTERNAL("internal", 1),
    EXTERNAL("external", 2),
    LOCAL("local", 3);

    private final String label;
    private final int number;

    Kind(String label, int number) {
      this.label = label;
      this.number = number;
    }
  }

  /** The name of its chain, such as {@code internal-3} or {@code nodeport-local-3-1}. */
  String chain() {
    String name = kind.label + "-" + cluster + (kind == Kind.LOCAL ? "-" + local : "");
    return nodePort ? "nodeport-" + name : name;
  }

  /** The number by which maps name it: never 0, different for different shapes. */
  int number() {
    return kind.number << 30 | (nodePort ? 1 << 29 : 0) | local << 17 | cluster;
  }

  @Override
  public int compareTo(Shape other) {
    return Integer.compareUnsigned(number(), other.number());
  }
}
