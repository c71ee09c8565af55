package io.pointsman.nftables;

import java.util.Optional;

/**
 * How a frontend is served: all frontends that agree in this share one chain.
 *
 * @param kind who is masqueraded and which endpoints serve whom
 * @param nodePort the endpoints are found by node port, not by address
 * @param sticky clients go to the endpoint that is remembered for them, if any
 * @param cluster number of endpoints for policy Cluster, or for the only policy there is
 * @param local number of this node's endpoints, for kind LOCAL
 */
record Shape(Kind kind, boolean nodePort, boolean sticky, int cluster, int local)
    implements SharedChain {
  /** The most endpoints that a frontend can have. */
  static final int MAX_CLUSTER = (1 << 16) - 1;

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

  /** Its name, such as {@code internal-3} or {@code nodeport-local-3-1-sticky}. */
  @Override
  public String chain() {
    return (nodePort ? "nodeport-" : "")
        + kind.label
        + "-"
        + cluster
        + (kind == Kind.LOCAL ? "-" + local : "")
        + (sticky ? "-sticky" : "");
  }

  @Override
  public Optional<NamedSet> map() {
    return Optional.of(NamedSet.SHAPES);
  }

  /** Never 0, different for different shapes. */
  @Override
  public int number() {
    return kind.number << 30
        | (nodePort ? 1 << 29 : 0)
        | (sticky ? 1 << 28 : 0)
        | local << 16
        | cluster;
  }
}
