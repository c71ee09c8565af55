package io.pointsman.lab;

import io.pointsman.lab.Topology.Attachment;
import io.pointsman.lab.Topology.Client;
import io.pointsman.lab.Topology.Node;
import io.pointsman.lab.Topology.Pod;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What {@code ip -batch} has to be told in each namespace for a topology to come into being. Pure:
 * the same topology and paths give the same lines.
 */
final class Wiring {
  private static final String BRIDGE_OPTIONS = " type bridge forward_delay 0 mcast_snooping 0";

  private final Topology topology;
  private final UnaryOperator<String> path;

  private Wiring(Topology topology, UnaryOperator<String> path) {
    this.topology = topology;
    this.path = path;
  }

  /**
   * The lines for each namespace, in the order in which namespaces have to be set up.
   *
   * @param path from the name of a namespace to a path by which {@code ip} finds it
   */
  static Map<String, List<String>> of(Topology topology, UnaryOperator<String> path) {
    Wiring wiring = new Wiring(topology, path);
    Map<String, List<String>> lines = new LinkedHashMap<>();
    lines.put(topology.fabric().name(), wiring.fabric());
    for (Node node : topology.nodes()) {
      lines.put(node.name(), wiring.node(node));
      for (Pod pod : node.pods()) {
        lines.put(pod.name(), pod(node, pod));
      }
    }
    for (Client client : topology.clients()) {
      lines.put(client.name(), wiring.client(client));
    }
    return lines;
  }

  private List<String> fabric() {
    List<String> lines = new ArrayList<>();
    lines.add("link set lo up");
    lines.add("link add name segment" + BRIDGE_OPTIONS);
    topology.fabric().addresses().forEach(address -> lines.add(assign(address, "segment")));
    lines.add("link set segment up");
    Stream.concat(
            topology.nodes().stream().map(Node::name),
            topology.clients().stream().map(Client::name))
        .forEach(name -> {
          lines.add(cable("to-" + name, name));
          lines.add("link set to-" + name + " master segment up");
        });
    // Only so that ICMP errors of the fabric find back to whoever caused them.
    for (Node node : topology.nodes()) {
      lines.addAll(routesToPodsOf(node));
      lines.addAll(routesToMoreAddressesOf(node));
    }
    return lines;
  }

  private List<String> node(Node node) {
    List<String> lines = new ArrayList<>(List.of("link set lo up"));
    // The kernel prefers the address added last among equals in IPv6, the first in IPv4.
    node.addresses().forEach(address -> lines.add(assign(address, "eth0")));
    node.moreAddresses().forEach(address -> lines.add(assign(address, "eth0")));
    lines.add("link set eth0 up");
    for (InterfaceAddress gateway : topology.fabric().addresses()) {
      lines.add(route(everything(gateway.family()), gateway));
    }
    lines.add("link add name cbr0" + BRIDGE_OPTIONS);
    node.podGateways().forEach(gateway -> lines.add(assign(gateway, "cbr0")));
    lines.add("link set cbr0 up");
    node.pods().forEach(pod -> lines.addAll(plug(node, pod)));
    for (Node other : topology.nodes()) {
      if (!other.equals(node)) {
        lines.addAll(routesToPodsOf(other));
        lines.addAll(routesToMoreAddressesOf(other));
      }
    }
    return lines;
  }

  private List<String> plug(Node node, Pod pod) {
    List<String> lines = new ArrayList<>();
    if (pod.attachment() == Attachment.BRIDGE) {
      lines.add(cable("port-" + pod.name(), pod.name()));
      lines.add("link set port-" + pod.name() + " master cbr0 up");
      return lines;
    }
    String device = "pod-" + pod.name();
    lines.add(cable(device, pod.name()));
    lines.add("link set " + device + " up");
    for (InterfaceAddress gateway : node.podGateways()) {
      lines.add(assign(single(gateway), device));
    }
    pod.addresses()
        .forEach(address -> lines.add("route add " + Cidr.single(address) + " dev " + device));
    return lines;
  }

  /** A pod sees only its gateway: also its neighbours on the bridge are reached by the node. */
  private static List<String> pod(Node node, Pod pod) {
    List<String> lines = new ArrayList<>(List.of("link set lo up"));
    pod.addresses()
        .forEach(address ->
            lines.add(assign(new InterfaceAddress(address, address.family().bits()), "eth0")));
    lines.add("link set eth0 up");
    for (InterfaceAddress gateway : node.podGateways()) {
      lines.add("route add " + Cidr.single(gateway.address()) + " dev eth0");
      lines.add(route(everything(gateway.family()), gateway));
    }
    return lines;
  }

  private List<String> client(Client client) {
    List<String> lines = new ArrayList<>(List.of("link set lo up"));
    client.addresses().forEach(address -> lines.add(assign(address, "eth0")));
    // Deprecated (no preferred lifetime): used as a source only when asked for.
    client
        .moreSources()
        .forEach(address -> lines.add(assign(address, "eth0") + " preferred_lft 0"));
    lines.add("link set eth0 up");
    Node via =
        topology
            .node(client.via())
            .orElseThrow(() ->
                new LabException(
                    "client '"
                        + client.name()
                        + "' goes via '"
                        + client.via()
                        + "', which is no node of the topology"));
    for (InterfaceAddress gateway : via.addresses()) {
      Stream.concat(topology.serviceCidrs().stream(), topology.externalCidrs().stream())
          .filter(cidr -> cidr.family() == gateway.family())
          .forEach(cidr -> lines.add(route(cidr, gateway)));
    }
    topology.nodes().forEach(node -> lines.addAll(routesToMoreAddressesOf(node)));
    return lines;
  }

  private static List<String> routesToPodsOf(Node node) {
    return routes(node, node.podGateways());
  }

  private static List<String> routesToMoreAddressesOf(Node node) {
    return routes(node, node.moreAddresses());
  }

  private static List<String> routes(Node node, List<InterfaceAddress> targets) {
    return targets.stream()
        .flatMap(target ->
            node.addresses().stream()
                .filter(gateway -> gateway.family() == target.family())
                .map(gateway -> route(target.network(), gateway)))
        .toList();
  }

  private String cable(String device, String peer) {
    return "link add name " + device + " type veth peer name eth0 netns " + path.apply(peer);
  }

  private static String route(Cidr target, InterfaceAddress gateway) {
    return "route add " + target + " via " + gateway.address();
  }

  private static String assign(InterfaceAddress address, String device) {
    String noDetection = address.family() == IpFamily.IPV6 ? " nodad" : "";
    return "addr add " + address + " dev " + device + noDetection;
  }

  private static InterfaceAddress single(InterfaceAddress address) {
    return new InterfaceAddress(address.address(), address.family().bits());
  }

  private static Cidr everything(IpFamily family) {
    return Cidr.of(family == IpFamily.IPV4 ? "0.0.0.0/0" : "::/0");
  }
}
