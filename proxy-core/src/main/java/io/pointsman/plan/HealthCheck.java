package io.pointsman.plan;

import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.Protocol;

/**
 * What load balancers learn from the health check node port of a Service with externalTrafficPolicy
 * Local: whether this node may be sent traffic.
 *
 * @param port where they ask, on the node's addresses
 * @param localEndpoints how many addresses on this node are ready for new connections, over all
 *     ports of the Service's slices; endpoints that are going away do not count, so that balancers
 *     leave the node while those still answer (KEP-1669)
 */
public record HealthCheck(int port, int localEndpoints) {
  /** What is taken from everybody else on the node. */
  public Destination.NodePort destination() {
    return new Destination.NodePort(Protocol.TCP, port);
  }

  /** The name under which it competes with ports of Services; no such port can have it. */
  static ServicePortName claimant(ObjectName service) {
    return new ServicePortName(service, "healthCheckNodePort", Protocol.TCP);
  }
}
