package io.pointsman.plan;

/**
 * One way in to a Service port.
 *
 * @param kind which field of the Service it comes from
 * @param destination what the client sends to
 */
public record Frontend(Kind kind, Destination destination) implements Comparable<Frontend> {
  /** Where the frontend is written in the Service. */
  public enum Kind {
    /** {@code spec.clusterIPs}: reached from inside the cluster. */
    CLUSTER_IP("cluster IP"),
    /** {@code spec.externalIPs}. */
    EXTERNAL_IP("external IP"),
    /** {@code status.loadBalancer.ingress} of ipMode VIP. */
    LOAD_BALANCER("load balancer IP"),
    /** {@code spec.ports[].nodePort}. */
    NODE_PORT("node port");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  @Override
  public int compareTo(Frontend other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : destination.compareTo(other.destination);
  }
}
