package io.pointsman.model;

import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An EndpointSlice (discovery.k8s.io/v1) of family IPv4 or IPv6.
 *
 * @param name namespace and name of the slice
 * @param service the Service in the same namespace that the label {@code
 *     kubernetes.io/service-name} names
 * @param family {@code addressType}; slices of type FQDN never get here
 * @param ports the slice's ports
 * @param endpoints the slice's endpoints
 * @param lastChangeTrigger annotation {@code endpoints.kubernetes.io/last-change-trigger-time}:
 *     when the change happened that this slice reports
 */
public record EndpointSlice(
    ObjectName name,
    ObjectName service,
    IpFamily family,
    List<Port> ports,
    List<Endpoint> endpoints,
    Optional<Instant> lastChangeTrigger) {

  /**
   * A port of all endpoints of the slice.
   *
   * @param name matches the name of the Service's port; empty for the only port
   * @param protocol matches the protocol of the Service's port
   * @param port 1..65535, where the endpoints listen
   */
  public record Port(String name, Protocol protocol, int port) {}

  public EndpointSlice {
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
  }
}
