package io.pointsman.agent.dump;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.collect.PersistentMap;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.plan.NodeContext;
import io.pointsman.snapshot.ServiceState;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The cluster as the proxy sees it, as manifests: reading them as manifests gives equal objects.
 * Fields that a proxy has no use for are not there, as it has never kept them.
 */
public final class ManifestText {
  private ManifestText() {}

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The Services sorted by name, each with its slices behind it; a document a line. */
  public static Content of(
      Collection<NodeContext> contexts, PersistentMap<ObjectName, ServiceState> services) {
    return Content.written(out -> {
      if (!contexts.isEmpty()) {
        document(out, node(contexts));
        document(out, serviceCidr(contexts));
      }
      List<ServiceState> states =
          services.stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue).toList();
      for (ServiceState state : states) {
        if (state.service().isPresent()) {
          document(out, service(state.service().get()));
        }
        for (EndpointSlice slice : state.slices()) {
          document(out, slice(slice));
        }
      }
    });
  }

  /** JSON is YAML. */
  private static void document(Writer out, ObjectNode object) throws IOException {
    out.write("---\n");
    out.write(object.toString());
    out.write('\n');
  }

  /** As far as plans depend on it. */
  private static ObjectNode node(Collection<NodeContext> contexts) {
    NodeContext any = contexts.iterator().next();
    ObjectNode node = head("v1", "Node", any.nodeName());
    if (!any.zone().isEmpty()) {
      metadata(node).putObject("labels").put("topology.kubernetes.io/zone", any.zone());
    }
    ArrayNode addresses = node.putObject("status").putArray("addresses");
    contexts.forEach(context ->
        context
            .nodeIp()
            .ifPresent(address ->
                addresses
                    .addObject()
                    .put("type", "InternalIP")
                    .put("address", address.toString())));
    return node;
  }

  private static ObjectNode serviceCidr(Collection<NodeContext> contexts) {
    ObjectNode range = head("networking.k8s.io/v1", "ServiceCIDR", "all-that-are-known");
    List<String> texts =
        contexts.stream()
            .flatMap(context -> context.serviceCidrs().stream())
            .map(Object::toString)
            .toList();
    texts(range.putObject("spec"), "cidrs", texts);
    return range;
  }

  private static ObjectNode head(String version, String kind, String name) {
    ObjectNode object = object().put("apiVersion", version).put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  private static ObjectNode head(String version, String kind, ObjectName name) {
    ObjectNode object = head(version, kind, name.name());
    metadata(object).put("namespace", name.namespace());
    return object;
  }

  private static ObjectNode metadata(ObjectNode object) {
    return object.withObject("/metadata");
  }

  private static void texts(ObjectNode object, String field, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = object.putArray(field);
      values.forEach(array::add);
    }
  }

  private static ObjectNode service(Service service) {
    ObjectNode object = head("v1", "Service", service.name());
    if (!service.created().equals(Instant.EPOCH)) {
      metadata(object).put("creationTimestamp", service.created().toString());
    }
    ObjectNode spec = object.putObject("spec");
    spec.put(
        "type",
        switch (service.type()) {
          case CLUSTER_IP -> "ClusterIP";
          case NODE_PORT -> "NodePort";
          case LOAD_BALANCER -> "LoadBalancer";
          case EXTERNAL_NAME -> "ExternalName";
        });
    texts(spec, "clusterIPs", service.clusterIps());
    texts(spec, "ipFamilies", service.ipFamilies().stream().map(Object::toString).toList());
    texts(spec, "externalIPs", service.externalIps());
    texts(spec, "loadBalancerSourceRanges", service.loadBalancerSourceRanges());
    spec.put("internalTrafficPolicy", policy(service.internalTrafficPolicy()));
    spec.put("externalTrafficPolicy", policy(service.externalTrafficPolicy()));
    affinity(spec, service.clientIpAffinitySeconds());
    if (service.healthCheckNodePort() > 0) {
      spec.put("healthCheckNodePort", service.healthCheckNodePort());
    }
    ArrayNode ports = spec.putArray("ports");
    service.ports().forEach(port -> port(ports.addObject(), port));
    if (!service.loadBalancerIps().isEmpty()) {
      ArrayNode ingress = object.withObject("/status/loadBalancer").putArray("ingress");
      service.loadBalancerIps().forEach(address -> ingress.addObject().put("ip", address));
    }
    return object;
  }

  private static String policy(TrafficPolicy policy) {
    return policy == TrafficPolicy.LOCAL ? "Local" : "Cluster";
  }

  private static void affinity(ObjectNode spec, int seconds) {
    if (seconds != 0) {
      spec.put("sessionAffinity", "ClientIP")
          .withObject("/sessionAffinityConfig/clientIP")
          .put("timeoutSeconds", seconds == Service.AFFINITY_TOO_SHORT ? 0 : seconds);
    }
  }

  private static void port(ObjectNode object, Service.Port port) {
    named(object, port.name());
    object.put("protocol", port.protocol().name()).put("port", port.port());
    if (port.nodePort() > 0) {
      object.put("nodePort", port.nodePort());
    }
  }

  private static void named(ObjectNode object, String name) {
    if (!name.isEmpty()) {
      object.put("name", name);
    }
  }

  private static ObjectNode slice(EndpointSlice slice) {
    ObjectNode object = head("discovery.k8s.io/v1", "EndpointSlice", slice.name());
    metadata(object).putObject("labels").put("kubernetes.io/service-name", slice.service().name());
    slice
        .lastChangeTrigger()
        .ifPresent(time ->
            metadata(object)
                .putObject("annotations")
                .put("endpoints.kubernetes.io/last-change-trigger-time", time.toString()));
    object.put("addressType", slice.family().toString());
    ArrayNode ports = object.putArray("ports");
    for (EndpointSlice.Port port : slice.ports()) {
      ObjectNode item = ports.addObject();
      named(item, port.name());
      item.put("protocol", port.protocol().name()).put("port", port.port());
    }
    ArrayNode endpoints = object.putArray("endpoints");
    slice.endpoints().forEach(endpoint -> endpoint(endpoints.addObject(), endpoint));
    return object;
  }

  private static void endpoint(ObjectNode object, Endpoint endpoint) {
    object.putArray("addresses").add(endpoint.address());
    object
        .putObject("conditions")
        .put("ready", endpoint.ready())
        .put("serving", endpoint.serving())
        .put("terminating", endpoint.terminating());
    if (!endpoint.nodeName().isEmpty()) {
      object.put("nodeName", endpoint.nodeName());
    }
    hints(object, "forZones", endpoint.zoneHints());
    hints(object, "forNodes", endpoint.nodeHints());
  }

  private static void hints(ObjectNode endpoint, String kind, List<String> names) {
    if (!names.isEmpty()) {
      ArrayNode hints = endpoint.withObject("/hints").putArray(kind);
      names.forEach(name -> hints.addObject().put("name", name));
    }
  }
}
