package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Topology;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;

/**
 * Turns the short form {@code {slice: NAME, of: SERVICE, family: …, endpoints: […]}} into
 * EndpointSlices: one, or for {@code family: both} two, of which the IPv6 one is called {@code
 * NAME-v6}.
 */
final class ShortSlice {
  private final Topology topology;
  private final Fields fields;

  private ShortSlice(Topology topology, Fields fields) {
    this.topology = topology;
    this.fields = fields;
  }

  static List<Manifest> expand(Topology topology, Fields fields) {
    ShortSlice slice = new ShortSlice(topology, fields);
    String name = fields.text("slice").orElseThrow();
    String family = fields.text("family", "IPv4");
    List<Manifest> slices =
        switch (family) {
          case "IPv4", "FQDN" -> List.of(slice.slice(name, family));
          case "IPv6" -> List.of(slice.slice(name + "-v6", family));
          case "both" -> List.of(slice.slice(name, "IPv4"), slice.slice(name + "-v6", "IPv6"));
          default ->
              throw fields.error("'" + family + "' is no family; write IPv4, IPv6, FQDN or both");
        };
    fields.end();
    return slices;
  }

  private Manifest slice(String name, String family) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    ObjectNode metadata = json.putObject("metadata").put("name", name);
    fields.text("namespace").ifPresent(namespace -> metadata.put("namespace", namespace));
    ObjectNode labels = metadata.putObject("labels");
    labels.put(
        "kubernetes.io/service-name",
        fields.text("of").or(() -> fields.text("slice")).orElseThrow());
    fields
        .value("labels")
        .ifPresent(
            more -> more.properties().forEach(one -> labels.set(one.getKey(), one.getValue())));
    json.put("addressType", family);
    ArrayNode ports = json.putArray("ports");
    fields.texts("ports").forEach(text -> ports.add(fields.read(text, ShortPort::of).ofSlice()));
    ArrayNode endpoints = json.putArray("endpoints");
    fields.nodes("endpoints").forEach(one -> endpoints.add(endpoint(one, family)));
    return Manifest.of(json);
  }

  private ObjectNode endpoint(JsonNode written, String family) {
    ObjectNode shape =
        written instanceof ObjectNode object
            ? object
            : JsonNodeFactory.instance.objectNode().put("pod", written.asText());
    Fields one = Fields.of(fields.place() + ", endpoint", shape);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode addresses = json.putArray("addresses");
    one.texts("addresses").forEach(addresses::add);
    Optional<String> pod = one.text("pod");
    pod.ifPresent(name -> addresses.add(address(name, family)));
    conditions(one, json.putObject("conditions"));
    one.text("node")
        .or(() -> pod)
        .flatMap(this::nodeOf)
        .ifPresent(node -> json.put("nodeName", node.hostName()).put("zone", node.zone()));
    pod.filter(name -> topology.nodeOfPod(name).isPresent())
        .ifPresent(name ->
            json.putObject("targetRef")
                .put("kind", "Pod")
                .put("namespace", fields.text("namespace", "default"))
                .put("name", name));
    hints(one, json);
    one.end();
    return json;
  }

  private static void conditions(Fields one, ObjectNode conditions) {
    conditions.put("ready", one.flag("ready", true));
    for (String name : List.of("serving", "terminating")) {
      if (one.has(name)) {
        conditions.put(name, one.flag(name, false));
      }
    }
  }

  private void hints(Fields one, ObjectNode json) {
    for (String zone : one.texts("zones")) {
      json.withObject("/hints").withArrayProperty("forZones").addObject().put("name", zone);
    }
    for (String name : one.texts("nodes")) {
      json.withObject("/hints")
          .withArrayProperty("forNodes")
          .addObject()
          .put("name", nodeOf(name).map(Topology.Node::hostName).orElse(name));
    }
  }

  private String address(String name, String family) {
    IpFamily wanted = family.equals("IPv6") ? IpFamily.IPV6 : IpFamily.IPV4;
    return topology
        .endpointAddress(name, wanted)
        .orElseThrow(() ->
            fields.error("there is no pod or node '" + name + "' with an " + wanted + " address"))
        .toString();
  }

  private Optional<Topology.Node> nodeOf(String name) {
    return topology.nodeOfPod(name).or(() -> topology.node(name));
  }
}
