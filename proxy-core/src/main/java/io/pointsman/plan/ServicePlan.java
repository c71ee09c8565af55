package io.pointsman.plan;

import io.pointsman.model.ObjectName;
import java.time.Instant;
import java.util.List;

/**
 * One Service's ports in one family, and what is wrong with it.
 *
 * @param service namespace and name
 * @param created settles who owns a destination that two Services claim
 * @param ports in the order of the Service
 * @param diagnostics what could not be done, in the order it was found
 */
public record ServicePlan(
    ObjectName service, Instant created, List<PortPlan> ports, List<Diagnostic> diagnostics) {
  public ServicePlan {
    ports = List.copyOf(ports);
    diagnostics = List.copyOf(diagnostics);
  }
}
