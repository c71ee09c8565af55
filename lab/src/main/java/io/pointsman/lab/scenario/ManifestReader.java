package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Topology;
import java.util.List;

/** Reads objects: the short forms of Services and EndpointSlices, and whole manifests. */
final class ManifestReader {
  private final Topology topology;

  ManifestReader(Topology topology) {
    this.topology = topology;
  }

  List<Manifest> read(String place, JsonNode node) {
    Fields fields = Fields.of(place, node);
    if (node.has("service")) {
      return List.of(ShortService.expand(fields));
    }
    if (node.has("slice")) {
      return ShortSlice.expand(topology, fields);
    }
    if (node instanceof ObjectNode whole && whole.has("kind")) {
      try {
        return List.of(ServiceDefaults.complete(Manifest.of(whole)));
      } catch (IllegalArgumentException wrong) {
        throw new ScenarioException(place + ": " + wrong.getMessage(), wrong);
      }
    }
    throw fields.error(
        "an object is {service: …}, {slice: …} or a manifest with apiVersion and kind, not "
            + node);
  }
}
