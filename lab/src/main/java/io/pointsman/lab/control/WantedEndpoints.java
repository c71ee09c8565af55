package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The endpoints that a Service should have.
 *
 * @param families {@code IPv4} and {@code IPv6} or one of them; none for a Service of type
 *     ExternalName
 * @param byGroup for each group the endpoints by the names of their pods
 */
record WantedEndpoints(List<String> families, Map<Group, SortedMap<String, ObjectNode>> byGroup) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * Endpoints that can share a slice.
   *
   * @param ports as the slice has them: pods may give one name to different numbers
   */
  record Group(String family, ArrayNode ports) {}

  WantedEndpoints {
    families = List.copyOf(families);
  }

  /**
   * @param pods all of the Service's namespace
   * @param zones zones of nodes by their names
   */
  static WantedEndpoints of(Manifest service, List<PodState> pods, Map<String, String> zones) {
    Map<String, String> selector = PodState.texts(service.at("/spec/selector"));
    List<String> families = families(service);
    Map<Group, SortedMap<String, ObjectNode>> byGroup = new LinkedHashMap<>();
    for (PodState pod : pods) {
      if (!pod.ended() && pod.has(selector)) {
        for (String family : families) {
          pod.address(family)
              .ifPresent(address ->
                  byGroup
                      .computeIfAbsent(
                          new Group(family, ports(service, pod)), any -> new TreeMap<>())
                      .put(pod.key().name(), endpoint(service, pod, address, zones)));
        }
      }
    }
    return new WantedEndpoints(families, byGroup);
  }

  private static List<String> families(Manifest service) {
    if (service.at("/spec/type").asText().equals("ExternalName")) {
      return List.of();
    }
    List<String> families = new ArrayList<>();
    service.at("/spec/ipFamilies").forEach(family -> families.add(family.asText()));
    if (families.isEmpty()) {
      List<JsonNode> addresses = new ArrayList<>();
      service.at("/spec/clusterIPs").forEach(addresses::add);
      addresses.add(service.at("/spec/clusterIP"));
      addresses.forEach(one ->
          IpAddress.parse(one.asText()).ifPresent(ip -> families.add(ip.family().toString())));
    }
    return families.isEmpty() ? List.of("IPv4") : families.stream().distinct().toList();
  }

  /** A port whose name no container of the pod has is left out. */
  private static ArrayNode ports(Manifest service, PodState pod) {
    ArrayNode ports = JSON.arrayNode();
    for (JsonNode port : service.at("/spec/ports")) {
      String protocol = port.path("protocol").asText("TCP");
      JsonNode target = port.hasNonNull("targetPort") ? port.path("targetPort") : port.path("port");
      pod.ports()
          .number(target, protocol)
          .ifPresent(number -> {
            ObjectNode one = ports.addObject();
            one.put("name", port.path("name").asText()).put("protocol", protocol);
            one.put("port", number);
            if (port.has("appProtocol")) {
              one.set("appProtocol", port.path("appProtocol"));
            }
          });
    }
    return ports;
  }

  private static ObjectNode endpoint(
      Manifest service, PodState pod, IpAddress address, Map<String, String> zones) {
    boolean unready = service.at("/spec/publishNotReadyAddresses").asBoolean();
    ObjectNode endpoint = JSON.objectNode();
    endpoint.putArray("addresses").add(address.toString());
    endpoint
        .putObject("conditions")
        .put("ready", unready || (pod.ready() && !pod.terminating()))
        .put("serving", pod.ready())
        .put("terminating", pod.terminating());
    if (!pod.hostname().isEmpty() && pod.subdomain().equals(service.key().name())) {
      endpoint.put("hostname", pod.hostname());
    }
    endpoint
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", pod.key().namespace())
        .put("name", pod.key().name())
        .put("uid", pod.uid());
    String zone = zones.getOrDefault(pod.node(), "");
    if (!pod.node().isEmpty()) {
      endpoint.put("nodeName", pod.node());
    }
    if (!zone.isEmpty()) {
      endpoint.put("zone", zone);
    }
    hints(service, pod, zone, endpoint);
    return endpoint;
  }

  /** For whom an endpoint is meant: who is near to it, if the Service wants that (KEP-3015). */
  private static void hints(Manifest service, PodState pod, String zone, ObjectNode endpoint) {
    boolean ready = endpoint.at("/conditions/ready").asBoolean();
    String distribution = service.at("/spec/trafficDistribution").asText();
    boolean near =
        List.of("PreferClose", "PreferSameZone", "PreferSameNode").contains(distribution);
    if (!near || !ready || zone.isEmpty()) {
      return;
    }
    ObjectNode hints = endpoint.putObject("hints");
    hints.putArray("forZones").addObject().put("name", zone);
    if (distribution.equals("PreferSameNode")) {
      hints.putArray("forNodes").addObject().put("name", pod.node());
    }
  }
}
