package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A port of a Service with what the simplest proxies need to know of it.
 *
 * @param name {@code namespace/name}, with {@code :port} behind it where the port has a name
 * @param protocol in lower case
 * @param clusterIps of one family
 * @param endpoints ready ones of the same family
 */
record PlainPort(
    String name,
    String protocol,
    List<String> clusterIps,
    int port,
    Optional<Integer> nodePort,
    List<Endpoint> endpoints) {
  record Endpoint(String address, int port) {}

  /** All ports of all Services that are for this kind of proxy. */
  static List<PlainPort> of(ClusterObjects objects, IpFamily family) {
    List<PlainPort> all = new ArrayList<>();
    for (Manifest service : objects.manifests()) {
      boolean plain =
          service.key().kind().equals("Service")
              && !service.at("/metadata/labels").has("service.kubernetes.io/service-proxy-name");
      for (JsonNode port : plain ? service.at("/spec/ports") : List.<JsonNode>of()) {
        all.add(of(objects, service, port, family));
      }
    }
    return all;
  }

  private static PlainPort of(
      ClusterObjects objects, Manifest service, JsonNode port, IpFamily family) {
    String portName = port.path("name").asText("");
    return new PlainPort(
        service.key().namespace()
            + "/"
            + service.key().name()
            + (portName.isEmpty() ? "" : ":" + portName),
        port.path("protocol").asText().toLowerCase(Locale.ROOT),
        addresses(service.at("/spec/clusterIPs"), family),
        port.path("port").asInt(),
        port.has("nodePort") ? Optional.of(port.path("nodePort").asInt()) : Optional.empty(),
        endpoints(objects, service.key(), portName, family));
  }

  private static List<String> addresses(JsonNode texts, IpFamily family) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode text : texts) {
      IpAddress.parse(text.asText())
          .filter(address -> address.family() == family)
          .ifPresent(address -> addresses.add(address.toString()));
    }
    return addresses;
  }

  private static List<Endpoint> endpoints(
      ClusterObjects objects, ObjectKey service, String portName, IpFamily family) {
    Set<Endpoint> found = new TreeSet<>(java.util.Comparator.comparing(Endpoint::toString));
    for (Manifest slice : objects.manifests()) {
      String owner = slice.at("/metadata/labels/kubernetes.io~1service-name").asText();
      if (!slice.key().kind().equals("EndpointSlice")
          || !slice.at("/addressType").asText().equals(family.toString())
          || !owner.equals(service.name())) {
        continue;
      }
      for (JsonNode to : slice.at("/ports")) {
        if (to.path("name").asText().equals(portName)) {
          for (JsonNode endpoint : slice.at("/endpoints")) {
            if (endpoint.at("/conditions/ready").asBoolean(true)) {
              found.add(
                  new Endpoint(endpoint.at("/addresses/0").asText(), to.path("port").asInt()));
            }
          }
        }
      }
    }
    return List.copyOf(found);
  }
}
