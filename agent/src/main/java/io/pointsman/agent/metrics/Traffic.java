package io.pointsman.agent.metrics;

import io.pointsman.dataplane.Hits;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.ServicePlan;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * How often clients came to each port of a Service, by the kernel's own count.
 *
 * @param at when the kernel was read
 * @param ports of each family those that a client came to
 */
public record Traffic(Instant at, Map<IpFamily, Map<ServicePortName, Hits>> ports) {
  public Traffic {
    Map<IpFamily, Map<ServicePortName, Hits>> copy = new EnumMap<>(IpFamily.class);
    ports.forEach((family, hits) -> copy.put(family, Map.copyOf(hits)));
    ports = Collections.unmodifiableMap(copy);
  }

  /** Whose destinations were hit, by the plan that the kernel holds. */
  public static Map<ServicePortName, Hits> of(FamilyPlan plan, Map<Destination, Hits> hits) {
    Map<ServicePortName, Hits> ports = new HashMap<>();
    for (Map.Entry<ObjectName, ServicePlan> service : plan.services()) {
      for (PortPlan port : service.getValue().ports()) {
        Hits sum = Hits.NONE;
        for (Frontend frontend : port.frontends()) {
          sum = sum.plus(hits.getOrDefault(frontend.destination(), Hits.NONE));
        }
        if (!sum.equals(Hits.NONE)) {
          ports.put(port.name(), sum);
        }
      }
    }
    return ports;
  }

  /** For one port of a Service, in one family. */
  public Hits hits(IpFamily family, ServicePortName port) {
    return ports.getOrDefault(family, Map.of()).getOrDefault(port, Hits.NONE);
  }
}
