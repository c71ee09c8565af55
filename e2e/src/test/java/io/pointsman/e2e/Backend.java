package io.pointsman.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.e2e.TestCluster.Node;
import io.pointsman.e2e.TestCluster.Pod;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Map;

/**
 * An endpoint of a hand-made EndpointSlice.
 *
 * @param zones hints, empty for none
 * @param nodes hints, empty for none
 */
record Backend(
    Map<IpFamily, IpAddress> addresses,
    Node node,
    boolean ready,
    boolean serving,
    boolean terminating,
    List<String> zones,
    List<String> nodes) {
  Backend {
    addresses = Map.copyOf(addresses);
    zones = List.copyOf(zones);
    nodes = List.copyOf(nodes);
  }

  static Backend of(Pod pod) {
    return new Backend(pod.addresses(), pod.node(), true, true, false, List.of(), List.of());
  }

  /** What a pod with {@code hostNetwork} is. */
  static Backend of(Node node) {
    return new Backend(node.addresses(), node, true, true, false, List.of(), List.of());
  }

  /** A pod that is not ready and does not end. */
  static Backend unready(Pod pod) {
    return new Backend(pod.addresses(), pod.node(), false, false, false, List.of(), List.of());
  }

  /** A pod that ends and still answers. */
  static Backend leaving(Pod pod) {
    return new Backend(pod.addresses(), pod.node(), false, true, true, List.of(), List.of());
  }

  /** The same, for clients in this zone. */
  Backend forZone(String zone) {
    return new Backend(addresses, node, ready, serving, terminating, List.of(zone), nodes);
  }

  /** The same, for clients on this node. */
  Backend forNode(String name) {
    return new Backend(addresses, node, ready, serving, terminating, zones, List.of(name));
  }

  ObjectNode endpoint(IpFamily family) {
    ObjectNode endpoint = JsonNodeFactory.instance.objectNode();
    endpoint.putArray("addresses").add(String.valueOf(addresses.get(family)));
    endpoint.put("nodeName", node.name());
    node.zone().ifPresent(zone -> endpoint.put("zone", zone));
    endpoint
        .putObject("conditions")
        .put("ready", ready)
        .put("serving", serving)
        .put("terminating", terminating);
    if (!zones.isEmpty()) {
      var hints = endpoint.withObject("/hints").putArray("forZones");
      zones.forEach(zone -> hints.addObject().put("name", zone));
    }
    if (!nodes.isEmpty()) {
      var hints = endpoint.withObject("/hints").putArray("forNodes");
      nodes.forEach(name -> hints.addObject().put("name", name));
    }
    return endpoint;
  }
}
