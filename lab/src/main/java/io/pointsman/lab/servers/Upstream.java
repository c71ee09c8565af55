package io.pointsman.lab.servers;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.Optional;

/** The address at which a backend of an Ingress is reached. */
final class Upstream {
  private Upstream() {}

  /**
   * The Service's ClusterIP and port, such as {@code 10.96.0.20:80}, IPv6 in brackets; empty when
   * there is no such Service or port, or the Service has no ClusterIP.
   *
   * @param wanted {@code service} of an IngressBackend (networking.k8s.io/v1)
   */
  static Optional<String> of(ClusterObjects objects, String namespace, JsonNode wanted) {
    return objects
        .get(new ObjectKey("Service", namespace, wanted.path("name").asText()))
        .flatMap(service ->
            address(service).flatMap(host -> port(service, wanted).map(port -> host + ":" + port)));
  }

  private static Optional<String> address(Manifest service) {
    return IpAddress.parse(service.at("/spec/clusterIP").asText())
        .map(address ->
            address.family() == IpFamily.IPV6 ? "[" + address + "]" : address.toString());
  }

  private static Optional<Integer> port(Manifest service, JsonNode wanted) {
    String name = wanted.at("/port/name").asText();
    int number = wanted.at("/port/number").asInt();
    for (JsonNode port : service.at("/spec/ports")) {
      boolean meant =
          name.isEmpty()
              ? port.path("port").asInt() == number
              : port.path("name").asText().equals(name);
      if (meant) {
        return Optional.of(port.path("port").asInt());
      }
    }
    return Optional.empty();
  }
}
