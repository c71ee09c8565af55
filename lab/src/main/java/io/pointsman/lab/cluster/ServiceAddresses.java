package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.LabException;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ServiceDefaults;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives Services what a cluster gives them: ClusterIPs, node ports, the addresses of load
 * balancers, and the API's defaults. Pure: the lowest that is free.
 */
final class ServiceAddresses {
  /** Lower ones are for those who choose by hand, as in Kubernetes (KEP-3070). */
  private static final int FIRST_CLUSTER_IP = 256;

  private static final int MOST_TRIES = 1 << 16;

  private final Ranges ranges;
  private final ClusterObjects objects;

  ServiceAddresses(Ranges ranges, ClusterObjects objects) {
    this.ranges = ranges;
    this.objects = objects;
  }

  /**
   * The object with all that it lacks; what it has, or had before, it keeps.
   *
   * @return the object itself when it is no Service
   * @throws LabException when a range is exhausted
   */
  Manifest complete(Manifest service) {
    if (!service.key().kind().equals("Service")) {
      return service;
    }
    ObjectNode json = service.json();
    ObjectNode spec = json.withObject("/spec");
    Optional<Manifest> before = objects.get(service.key());
    String type = spec.path("type").asText("ClusterIP");
    if (!type.equals("ExternalName")) {
      families(spec, before);
      clusterIps(spec, service, before);
    }
    if (type.equals("NodePort") || type.equals("LoadBalancer")) {
      nodePorts(spec, service, before);
    }
    if (type.equals("LoadBalancer")) {
      balancers(json, spec, service, before);
    }
    return ServiceDefaults.complete(Manifest.of(json));
  }

  private void families(ObjectNode spec, Optional<Manifest> before) {
    List<IpFamily> given =
        Stream.concat(ObjectRules.each(spec.path("clusterIPs")), Stream.of(spec.path("clusterIP")))
            .flatMap(text -> IpAddress.parse(text.asText()).stream())
            .map(IpAddress::family)
            .distinct()
            .toList();
    boolean one = spec.path("ipFamilyPolicy").asText("SingleStack").equals("SingleStack");
    if (!given.isEmpty() || spec.has("ipFamilies")) {
      if (!spec.has("ipFamilies")) {
        ArrayNode families = spec.putArray("ipFamilies");
        given.forEach(family -> families.add(family.toString()));
      }
    } else if (before.isPresent() && before.get().at("/spec/ipFamilies").isArray() && one) {
      spec.set("ipFamilies", before.get().at("/spec/ipFamilies"));
    } else {
      ArrayNode families = spec.putArray("ipFamilies");
      ranges.services().stream()
          .limit(one ? 1 : 2)
          .forEach(range -> families.add(range.family().toString()));
    }
  }

  private void clusterIps(ObjectNode spec, Manifest service, Optional<Manifest> before) {
    if (spec.path("clusterIP").asText().equals("None")) {
      spec.putArray("clusterIPs").add("None");
      return;
    }
    List<String> had =
        Stream.concat(
                ObjectRules.addresses(service), before.stream().flatMap(ObjectRules::addresses))
            .toList();
    Set<String> taken = taken(service, ObjectRules::addresses);
    ArrayNode all = spec.arrayNode();
    for (JsonNode family : spec.path("ipFamilies")) {
      Cidr range = of(ranges.services(), family.asText());
      all.add(
          had.stream()
              .filter(text -> IpAddress.parse(text).filter(range::contains).isPresent())
              .findFirst()
              .orElseGet(() -> free(range, FIRST_CLUSTER_IP, taken)));
    }
    spec.put("clusterIP", all.path(0).asText());
    spec.set("clusterIPs", all);
  }

  private static Cidr of(List<Cidr> ranges, String family) {
    return ranges.stream()
        .filter(range -> range.family().toString().equals(family))
        .findFirst()
        .orElseThrow(() -> new LabException("this cluster has no family '" + family + "'"));
  }

  private static String free(Cidr range, int from, Set<String> taken) {
    int first = Ranges.nth(range, 2L * from).isPresent() ? from : 1;
    for (int offset = first; offset < first + MOST_TRIES; offset++) {
      Optional<IpAddress> address = Ranges.nth(range, offset);
      if (address.isEmpty()) {
        break;
      }
      if (!taken.contains(address.get().toString())) {
        return address.get().toString();
      }
    }
    throw new LabException("the range " + range + " is exhausted; delete a Service");
  }

  private Set<String> taken(
      Manifest service, java.util.function.Function<Manifest, Stream<String>> what) {
    return objects.manifests().stream()
        .filter(one -> one.key().kind().equals("Service") && !one.key().equals(service.key()))
        .flatMap(what)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void nodePorts(ObjectNode spec, Manifest service, Optional<Manifest> before) {
    Set<String> taken = taken(service, ServiceAddresses::nodePorts);
    nodePorts(service).forEach(taken::add);
    List<JsonNode> had = new ArrayList<>();
    before.ifPresent(old -> old.at("/spec/ports").forEach(had::add));
    for (JsonNode port : spec.path("ports")) {
      if (port instanceof ObjectNode one && one.path("nodePort").asInt() == 0) {
        int number =
            had.stream()
                .filter(old ->
                    old.path("port").equals(one.path("port"))
                        && old.path("protocol")
                            .asText("TCP")
                            .equals(one.path("protocol").asText("TCP")))
                .map(old -> old.path("nodePort").asInt())
                .filter(old -> old > 0)
                .findFirst()
                .orElseGet(() -> freePort(taken));
        one.put("nodePort", number);
        taken.add(String.valueOf(number));
      }
    }
  }

  private static Stream<String> nodePorts(Manifest service) {
    return ObjectRules.each(service.at("/spec/ports"))
        .filter(port -> port.path("nodePort").asInt() > 0)
        .map(port -> port.path("nodePort").asText());
  }

  private static int freePort(Set<String> taken) {
    for (int port = ObjectRules.FIRST_NODE_PORT; port <= ObjectRules.LAST_NODE_PORT; port++) {
      if (!taken.contains(String.valueOf(port))) {
        return port;
      }
    }
    throw new LabException("all node ports are taken; delete a Service");
  }

  /** What a load balancer outside would do: an address that leads to a node. */
  private void balancers(
      ObjectNode json, ObjectNode spec, Manifest service, Optional<Manifest> before) {
    JsonNode known = json.at("/status/loadBalancer/ingress");
    if (known.isMissingNode()) {
      known = before.map(old -> old.at("/status/loadBalancer/ingress")).orElse(known);
    }
    ObjectNode balancer = json.withObject("/status/loadBalancer");
    if (known.isArray() && !known.isEmpty()) {
      balancer.set("ingress", known);
      return;
    }
    Set<String> taken = taken(service, ServiceAddresses::balancerAddresses);
    ArrayNode ingress = balancer.putArray("ingress");
    spec.path("ipFamilies")
        .forEach(family ->
            ingress
                .addObject()
                .put("ip", free(of(Ranges.BALANCERS, family.asText()), 1, taken))
                .put("ipMode", "VIP"));
  }

  static Stream<String> balancerAddresses(Manifest service) {
    return ObjectRules.each(service.at("/status/loadBalancer/ingress"))
        .map(one -> one.path("ip").asText());
  }
}
