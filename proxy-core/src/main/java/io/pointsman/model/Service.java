package io.pointsman.model;

import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.time.Instant;
import java.util.List;

/**
 * A Service (core/v1) as the proxy sees it.
 *
 * @param name namespace and name
 * @param created {@code metadata.creationTimestamp}; {@link Instant#EPOCH} when unknown. The elder
 *     of two Services that claim one address and port keeps it.
 * @param type {@code spec.type}
 * @param clusterIps {@code spec.clusterIPs}, or the single {@code spec.clusterIP}; texts
 * @param ipFamilies {@code spec.ipFamilies}, in the order of {@code clusterIps}; may be empty
 * @param ports {@code spec.ports}
 * @param externalIps {@code spec.externalIPs}; texts
 * @param loadBalancerIps addresses of {@code status.loadBalancer.ingress} whose ipMode is VIP or
 *     absent; texts
 * @param loadBalancerSourceRanges {@code spec.loadBalancerSourceRanges}; texts
 * @param internalTrafficPolicy {@code spec.internalTrafficPolicy}, Cluster when absent
 * @param externalTrafficPolicy {@code spec.externalTrafficPolicy}, Cluster when absent
 * @param clientIpAffinitySeconds {@code spec.sessionAffinityConfig.clientIP.timeoutSeconds}; 0 when
 *     {@code spec.sessionAffinity} is None, {@link #AFFINITY_TOO_SHORT} for a timeout below 1
 * @param healthCheckNodePort {@code spec.healthCheckNodePort}; 0 when absent
 */
public record Service(
    ObjectName name,
    Instant created,
    ServiceType type,
    List<String> clusterIps,
    List<IpFamily> ipFamilies,
    List<Port> ports,
    List<String> externalIps,
    List<String> loadBalancerIps,
    List<String> loadBalancerSourceRanges,
    TrafficPolicy internalTrafficPolicy,
    TrafficPolicy externalTrafficPolicy,
    int clientIpAffinitySeconds,
    int healthCheckNodePort) {

  /** A timeout that the API does not allow: none at all, or less. */
  public static final int AFFINITY_TOO_SHORT = -1;

  /** This Service as if it had no external IP. */
  public Service withoutExternalIps() {
    return new Service(
        name,
        created,
        type,
        clusterIps,
        ipFamilies,
        ports,
        List.of(),
        loadBalancerIps,
        loadBalancerSourceRanges,
        internalTrafficPolicy,
        externalTrafficPolicy,
        clientIpAffinitySeconds,
        healthCheckNodePort);
  }

  /**
   * One entry of {@code spec.ports}.
   *
   * @param name the port's name; empty when absent
   * @param protocol transport protocol
   * @param port 1..65535, the port of the virtual addresses
   * @param nodePort the port on node addresses; 0 when the Service has none
   */
  public record Port(String name, Protocol protocol, int port, int nodePort) {}

  public Service {
    clusterIps = List.copyOf(clusterIps);
    ipFamilies = List.copyOf(ipFamilies);
    ports = List.copyOf(ports);
    externalIps = List.copyOf(externalIps);
    loadBalancerIps = List.copyOf(loadBalancerIps);
    loadBalancerSourceRanges = List.copyOf(loadBalancerSourceRanges);
  }

  /** The same Service, made at another time. */
  public Service withCreated(Instant time) {
    return new Service(
        name,
        time,
        type,
        clusterIps,
        ipFamilies,
        ports,
        externalIps,
        loadBalancerIps,
        loadBalancerSourceRanges,
        internalTrafficPolicy,
        externalTrafficPolicy,
        clientIpAffinitySeconds,
        healthCheckNodePort);
  }
}
