package io.pointsman.model;

import io.pointsman.net.Protocol;
import java.util.Comparator;

/**
 * Identity of one port of one Service.
 *
 * @param service the Service
 * @param port the port's name; empty for the only port of a Service
 * @param protocol part of the identity because two ports may share a name-less spelling in rules
 */
public record ServicePortName(ObjectName service, String port, Protocol protocol)
    implements Comparable<ServicePortName> {
  private static final Comparator<ServicePortName> ORDER =
      Comparator.comparing(ServicePortName::service)
          .thenComparing(ServicePortName::port)
          .thenComparing(ServicePortName::protocol);

  @Override
  public int compareTo(ServicePortName other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name} or {@code namespace/name:port}, as people and rule comments say it. */
  public String display() {
    return port.isEmpty() ? service.toString() : service + ":" + port;
  }

  @Override
  public String toString() {
    return display() + "/" + protocol.lowerCase();
  }
}
