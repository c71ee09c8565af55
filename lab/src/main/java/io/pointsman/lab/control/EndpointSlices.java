package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The EndpointSlices of Services with a selector, as the cluster's endpointslice controller makes
 * them (discovery.k8s.io/v1; KEP-752, KEP-1672 for the conditions of terminating pods). Slices of
 * others, and of Services without a selector, are left alone.
 */
final class EndpointSlices implements Controller {
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String MANAGER = "endpointslice-controller.k8s.io";
  static final String HEADLESS = "service.kubernetes.io/headless";

  @Override
  public List<Change> changes(ClusterObjects objects) {
    Map<String, List<PodState>> pods = new HashMap<>();
    for (Manifest pod : Kind.POD.in(objects)) {
      pods.computeIfAbsent(pod.key().namespace(), any -> new ArrayList<>()).add(PodState.of(pod));
    }
    Map<String, List<Manifest>> slices = new HashMap<>();
    for (Manifest slice : Kind.SLICE.in(objects)) {
      slices.computeIfAbsent(serviceOf(slice), any -> new ArrayList<>()).add(slice);
    }
    Map<String, String> zones = new HashMap<>();
    for (Manifest node : Kind.NODE.in(objects)) {
      String zone = node.at("/metadata/labels/topology.kubernetes.io~1zone").asText();
      zones.put(node.key().name(), zone);
    }
    List<Change> changes = new ArrayList<>();
    for (Manifest service : Kind.SERVICE.in(objects)) {
      if (!service.at("/spec/selector").isEmpty()) {
        List<PodState> near = pods.getOrDefault(service.key().namespace(), List.of());
        String name = service.key().namespace() + "/" + service.key().name();
        changes.addAll(
            SlicePacking.changes(
                service,
                WantedEndpoints.of(service, near, zones),
                slices.getOrDefault(name, List.of())));
      }
    }
    return changes;
  }

  /** {@code NAMESPACE/SERVICE}; without a service for a slice that another manages. */
  private static String serviceOf(Manifest slice) {
    JsonNode labels = slice.at("/metadata/labels");
    boolean ours = labels.path(MANAGED_BY).asText().equals(MANAGER);
    return slice.key().namespace() + "/" + (ours ? labels.path(SERVICE_NAME).asText() : "");
  }
}
