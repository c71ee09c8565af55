package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Turns the short form {@code {service: NAME, ip: …, ports: […]}} into a Service. */
final class ShortService {
  private ShortService() {}

  static Manifest expand(Fields fields) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "v1").put("kind", "Service");
    ObjectNode metadata = json.putObject("metadata");
    metadata.put("name", fields.text("service").orElseThrow());
    fields.text("namespace").ifPresent(namespace -> metadata.put("namespace", namespace));
    fields.value("labels").ifPresent(labels -> metadata.set("labels", labels));
    fields.value("annotations").ifPresent(labels -> metadata.set("annotations", labels));
    ObjectNode spec = json.putObject("spec");
    spec.put("type", fields.text("type", "ClusterIP"));
    addresses(spec, fields.texts("ip"));
    spec.set("ports", ports(fields, fields.texts("ports")));
    fields
        .value("spec")
        .ifPresent(
            more -> more.properties().forEach(one -> spec.set(one.getKey(), one.getValue())));
    if (fields.has("vips")) {
      json.putObject("status")
          .putObject("loadBalancer")
          .set("ingress", ingress(fields.nodes("vips")));
    }
    fields.end();
    return ServiceDefaults.complete(Manifest.of(json));
  }

  private static void addresses(ObjectNode spec, List<String> ips) {
    if (ips.isEmpty()) {
      return;
    }
    spec.put("clusterIP", ips.getFirst());
    ArrayNode all = spec.putArray("clusterIPs");
    ips.forEach(all::add);
  }

  static ArrayNode ports(Fields fields, List<String> texts) {
    ArrayNode ports = JsonNodeFactory.instance.arrayNode();
    texts.forEach(text -> ports.add(fields.read(text, ShortPort::of).ofService()));
    return ports;
  }

  /** Addresses as texts become {@code {ip: …, ipMode: VIP}}; mappings stay as they are. */
  static ArrayNode ingress(List<JsonNode> vips) {
    ArrayNode ingress = JsonNodeFactory.instance.arrayNode();
    for (JsonNode vip : vips) {
      ingress.add(
          vip.isTextual()
              ? JsonNodeFactory.instance.objectNode().put("ip", vip.asText()).put("ipMode", "VIP")
              : vip);
    }
    return ingress;
  }
}
