package io.pointsman.agent.listing;

import java.util.List;

/**
 * What is programmed for Services on one node.
 *
 * @param mode name of the backend
 * @param ports sorted by Service, port and family; a Service in both families has two entries a
 *     port
 * @param leftOut Services for which nothing is programmed, though something should be
 */
public record ServiceList(String mode, List<Port> ports, List<LeftOut> leftOut) {
  public ServiceList {
    ports = List.copyOf(ports);
    leftOut = List.copyOf(leftOut);
  }

  /** True when a person should look at something. */
  public boolean hasProblems() {
    return !leftOut.isEmpty() || ports.stream().anyMatch(port -> !port.diagnostics().isEmpty());
  }

  /**
   * One Service port in one family.
   *
   * @param port the port's name; empty for the only port of a Service
   * @param protocol {@code tcp}, {@code udp} or {@code sctp}
   * @param family {@code IPv4} or {@code IPv6}
   * @param internal policy and fate of connections to the cluster IP
   * @param external policy and fate of connections to all other frontends; the same as internal
   *     where there are none
   * @param affinitySeconds how long a client stays with its endpoint; 0 without session affinity
   * @param sourceRanges who may use the load balancer addresses; empty for everybody
   * @param endpoints every endpoint that the slices name for the port
   * @param diagnostics what is wrong with the Service
   */
  public record Port(
      String namespace,
      String name,
      String port,
      String protocol,
      String family,
      List<Frontend> frontends,
      Way internal,
      Way external,
      int affinitySeconds,
      List<String> sourceRanges,
      List<Endpoint> endpoints,
      List<String> diagnostics) {
    public Port {
      frontends = List.copyOf(frontends);
      sourceRanges = List.copyOf(sourceRanges);
      endpoints = List.copyOf(endpoints);
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /**
   * A way in.
   *
   * @param kind such as {@code cluster IP}
   * @param address with the port, as {@code 10.96.0.10:80}; {@code *:30080} for a node port
   */
  public record Frontend(String kind, String address) {}

  /**
   * How connections of one kind of frontend fare.
   *
   * @param policy {@code Cluster} or {@code Local}
   * @param fate {@code served}, {@code rejected} as no endpoint can serve, or {@code dropped} as
   *     policy Local leaves this node without one
   */
  public record Way(String policy, String fate) {}

  /**
   * An endpoint.
   *
   * @param address address and port
   * @param node where it runs; empty when unknown
   * @param used some frontend leads to it
   * @param reason why; for both policies where they judge it differently
   */
  public record Endpoint(String address, String node, boolean used, String reason) {}

  /** A Service without rules. */
  public record LeftOut(String namespace, String name, String reason) {}
}
