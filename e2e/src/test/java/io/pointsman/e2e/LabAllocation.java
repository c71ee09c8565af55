package io.pointsman.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ServiceDefaults;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an API server gives to a Service that does not ask for it: addresses, node ports and the
 * port of its health check. Never the same twice.
 */
final class LabAllocation {
  private final List<Cidr> ranges;
  private int address = 1000;
  private int port = 31000;

  LabAllocation(List<Cidr> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /**
   * A copy with all that is missing, other kinds than Services as they are.
   *
   * @param before the object that this one replaces, whose addresses and ports it keeps
   */
  ObjectNode complete(ObjectNode object, Optional<ObjectNode> before) {
    ObjectNode json = object.deepCopy();
    if (!json.path("kind").asText().equals("Service")) {
      return json;
    }
    ObjectNode spec = json.withObject("/spec");
    String type = spec.path("type").asText("ClusterIP");
    if (!type.equals("ExternalName") && !spec.path("clusterIP").asText().equals("None")) {
      addresses(spec, before.map(old -> old.path("spec")));
    }
    if (type.equals("NodePort") || type.equals("LoadBalancer")) {
      nodePorts(spec, before.map(old -> old.path("spec")));
    }
    return Manifest.of(ServiceDefaults.complete(Manifest.of(json)).json()).json();
  }

  private void addresses(ObjectNode spec, Optional<JsonNode> before) {
    Optional<JsonNode> kept = before.filter(old -> old.has("clusterIP"));
    if (kept.isPresent()) {
      for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies")) {
        spec.set(field, kept.get().path(field));
      }
      return;
    }
    List<String> families = new ArrayList<>();
    spec.path("ipFamilies").forEach(family -> families.add(family.asText()));
    if (families.isEmpty()) {
      families.add(IpFamily.IPV4.toString());
    }
    boolean both = spec.path("ipFamilyPolicy").asText().endsWith("DualStack");
    if (both && families.size() == 1) {
      families.add(families.getFirst().equals("IPv4") ? "IPv6" : "IPv4");
    }
    address++;
    var addresses = spec.putArray("clusterIPs");
    var spelled = spec.putArray("ipFamilies");
    for (String family : families) {
      addresses.add(fresh(family));
      spelled.add(family);
    }
    spec.put("clusterIP", addresses.get(0).asText());
  }

  /** 10.211.0.0/16 gives 10.211.3.233, fd00:211::/112 gives fd00:211::3e9. */
  private String fresh(String family) {
    String range =
        ranges.stream()
            .filter(cidr -> cidr.family().toString().equals(family))
            .findFirst()
            .orElseThrow()
            .toString();
    String prefix = range.substring(0, range.indexOf('/'));
    return family.equals("IPv4")
        ? prefix.replaceFirst("0\\.0$", (address >> 8) + "." + (address & 0xff))
        : prefix + Integer.toHexString(address);
  }

  private void nodePorts(ObjectNode spec, Optional<JsonNode> before) {
    for (JsonNode each : spec.path("ports")) {
      ObjectNode one = (ObjectNode) each;
      if (!one.has("nodePort")) {
        one.put("nodePort", old(before, one).orElseGet(() -> port++));
      }
    }
    boolean local = spec.path("externalTrafficPolicy").asText().equals("Local");
    if (local && spec.path("type").asText().equals("LoadBalancer")) {
      int kept = before.map(old -> old.path("healthCheckNodePort").asInt()).orElse(0);
      spec.put("healthCheckNodePort", kept > 0 ? kept : port++);
    }
  }

  private static Optional<Integer> old(Optional<JsonNode> before, JsonNode port) {
    for (JsonNode one : before.map(spec -> spec.path("ports")).orElse(port.path("none"))) {
      if (one.path("port").equals(port.path("port"))
          && one.path("protocol").asText("TCP").equals(port.path("protocol").asText("TCP"))
          && one.has("nodePort")) {
        return Optional.of(one.path("nodePort").asInt());
      }
    }
    return Optional.empty();
  }
}
