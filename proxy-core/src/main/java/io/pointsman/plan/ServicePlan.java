package io.pointsman.plan;

import io.pointsman.model.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One Service's ports in one family, and what is wrong with it.
 *
 * @param service namespace and name
 * @param created settles who owns a destination that two Services claim
 * @param ports in the order of the Service
 * @param healthCheck for load balancers; only with externalTrafficPolicy Local
 * @param diagnostics what could not be done, in the order it was found
 */
public record ServicePlan(
    ObjectName service,
    Instant created,
    List<PortPlan> ports,
    Optional<HealthCheck> healthCheck,
    List<Diagnostic> diagnostics) {
  public ServicePlan {
    ports = List.copyOf(ports);
    diagnostics = List.copyOf(diagnostics);
  }
}
