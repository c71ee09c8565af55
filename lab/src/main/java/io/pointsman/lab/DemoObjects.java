package io.pointsman.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objects of the demonstration: {@code demo.yaml}, and slices for the pods that are alive. */
final class DemoObjects {
  private static final Map<String, List<IpFamily>> SERVICES =
      Map.of(
          "web", List.of(IpFamily.IPV4),
          "shop", List.of(IpFamily.IPV4),
          "both", List.of(IpFamily.IPV4, IpFamily.IPV6));

  private static final ObjectMapper YAML = new YAMLMapper();

  private DemoObjects() {}

  /** All objects while these pods are alive. */
  static ClusterObjects with(Topology topology, List<String> pods) {
    List<Manifest> manifests = new ArrayList<>();
    try (InputStream text = DemoObjects.class.getResourceAsStream("demo.yaml");
        MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNext()) {
        manifests.add(Manifest.of((ObjectNode) documents.next()));
      }
    } catch (IOException e) {
      throw new LabException("demo.yaml cannot be read: " + e.getMessage(), e);
    }
    SERVICES.forEach((service, families) ->
        families.forEach(family -> manifests.add(slice(topology, service, family, pods))));
    return ClusterObjects.of(manifests);
  }

  private static Manifest slice(
      Topology topology, String service, IpFamily family, List<String> pods) {
    ObjectNode slice = YAML.createObjectNode();
    slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    slice
        .putObject("metadata")
        .put("namespace", "default")
        .put("name", service + (family == IpFamily.IPV4 ? "-v4" : "-v6"))
        .putObject("labels")
        .put("kubernetes.io/service-name", service);
    slice.put("addressType", family.toString());
    slice.putArray("ports").addObject().put("protocol", "TCP").put("port", 8080);
    ArrayNode endpoints = slice.putArray("endpoints");
    for (String pod : pods) {
      IpAddress address = topology.endpointAddress(pod, family).orElseThrow();
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(address.toString());
      endpoint.put("nodeName", topology.nodeOfPod(pod).orElseThrow().hostName());
    }
    return Manifest.of(slice);
  }
}
