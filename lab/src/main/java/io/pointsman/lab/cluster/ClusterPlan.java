package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.LabException;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be built for a cluster. Pure: the same specification gives the same plan.
 *
 * @param topology without pods: those come by CNI
 */
record ClusterPlan(ClusterSpec spec, Topology topology) {
  /** The machine with the segment, and with the API server. */
  static final String FABRIC = "cp";

  /** A machine outside of the cluster, on the same segment. */
  static final String CLIENT = "ext";

  /** The bridge of a node's pods. */
  static final String BRIDGE = "cbr0";

  static final int CLIENT_OFFSET = 100;
  private static final int NODE_OFFSET = 10;

  /** The outer Ethernet, IP, UDP and VXLAN headers take 50 bytes, 70 over IPv6. */
  private static final int OVERLAY_MTU = 1430;

  /** An address of a node's range that no pod gets, for its end of the overlay. */
  private static final int OVERLAY_OFFSET_V6 = 0xffff;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static ClusterPlan of(ClusterSpec spec) {
    List<Topology.Node> nodes = new ArrayList<>();
    for (int number = 1; number <= spec.nodes().size(); number++) {
      nodes.add(node(spec, number));
    }
    Topology.Client client =
        new Topology.Client(
            CLIENT, onSegment(spec, CLIENT_OFFSET), List.of(), spec.nodes().getFirst());
    return new ClusterPlan(
        spec,
        new Topology(
            new Topology.Fabric(FABRIC, onSegment(spec, 1)),
            nodes,
            List.of(client),
            spec.ranges().pods(),
            spec.ranges().services(),
            Ranges.BALANCERS.stream()
                .filter(range -> spec.families().contains(range.family()))
                .toList()));
  }

  private static Topology.Node node(ClusterSpec spec, int number) {
    String name = spec.nodes().get(number - 1);
    List<InterfaceAddress> gateways =
        spec.ranges().pods().stream()
            .map(range -> Ranges.ofNode(range, number).orElseThrow())
            .map(range -> nth(range, 1, range.prefixLength()))
            .toList();
    return new Topology.Node(
        name,
        name,
        "zone-" + number,
        onSegment(spec, NODE_OFFSET + number),
        List.of(),
        gateways,
        List.of());
  }

  private static List<InterfaceAddress> onSegment(ClusterSpec spec, int offset) {
    return spec.ranges().nodes().stream()
        .map(range -> nth(range, offset, range.prefixLength()))
        .toList();
  }

  private static InterfaceAddress nth(Cidr range, int offset, int prefix) {
    return new InterfaceAddress(
        Ranges.nth(range, offset)
            .orElseThrow(() -> new LabException(range + " has no address number " + offset)),
        prefix);
  }

  /** The network configuration list of a node, as in {@code /etc/cni/net.d}. */
  ObjectNode network(Topology.Node node, Path addresses) {
    ObjectNode list = JSON.objectNode();
    list.put("cniVersion", "1.0.0").put("name", "pods");
    ArrayNode plugins = list.putArray("plugins");
    ObjectNode bridge = plugins.addObject();
    bridge
        .put("type", "bridge")
        .put("bridge", BRIDGE)
        .put("isGateway", true)
        .put("hairpinMode", true);
    if (spec.podNetwork() == PodNetwork.OVERLAY) {
      bridge.put("mtu", OVERLAY_MTU);
    }
    ObjectNode ipam = bridge.putObject("ipam");
    ipam.put("type", "host-local").put("dataDir", addresses.toString());
    ArrayNode ranges = ipam.putArray("ranges");
    ArrayNode routes = ipam.putArray("routes");
    for (InterfaceAddress gateway : node.podGateways()) {
      ranges.addArray().addObject().put("subnet", gateway.network().toString());
      routes.addObject().put("dst", gateway.family() == IpFamily.IPV4 ? "0.0.0.0/0" : "::/0");
    }
    plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
    return list;
  }

  /** The node's end of the overlay, for {@code ip -batch}; it takes the host routes' place. */
  List<String> overlayLinks(Topology.Node node) {
    IpAddress local = node.addresses().getFirst().address();
    List<String> lines = new ArrayList<>();
    lines.add("link add vxlan0 type vxlan id 42 dstport 4789 dev eth0 local " + local);
    node.podGateways()
        .forEach(gateway ->
            lines.add(
                "addr add "
                    + Cidr.single(overlayEnd(gateway))
                    + " dev vxlan0"
                    + (gateway.family() == IpFamily.IPV6 ? " nodad" : "")));
    lines.add("link set vxlan0 mtu " + OVERLAY_MTU + " up");
    for (Topology.Node other : others(node)) {
      for (InterfaceAddress gateway : other.podGateways()) {
        String end = overlayEnd(gateway) + " dev vxlan0 onlink";
        // Not replaced at once: IPv6 refuses a gateway to which another interface leads.
        lines.add("route del " + gateway.network());
        lines.add("route add " + gateway.network() + " via " + end);
      }
    }
    return lines;
  }

  /** Whom the node's end of the overlay asks for addresses, for {@code bridge -batch}. */
  List<String> overlayPeers(Topology.Node node) {
    return others(node).stream()
        .map(other ->
            "fdb append 00:00:00:00:00:00 dev vxlan0 dst " + other.addresses().getFirst().address())
        .toList();
  }

  private List<Topology.Node> others(Topology.Node node) {
    return topology.nodes().stream().filter(other -> !other.equals(node)).toList();
  }

  private static IpAddress overlayEnd(InterfaceAddress gateway) {
    int offset = gateway.family() == IpFamily.IPV4 ? 0 : OVERLAY_OFFSET_V6;
    return Ranges.nth(gateway.network(), offset).orElseThrow();
  }

  /** What the API server has before anything of the file. */
  List<Manifest> baseObjects() {
    List<Manifest> objects = new ArrayList<>();
    for (Manifest object : BaseObjects.of(topology)) {
      ObjectNode json = object.json();
      if (object.key().kind().equals("Node")) {
        json.withObject("/status")
            .putArray("conditions")
            .addObject()
            .put("type", "Ready")
            .put("status", "True");
      }
      objects.add(Manifest.of(json));
    }
    for (String name : List.of("default", "kube-system")) {
      ObjectNode json = JSON.objectNode();
      json.put("apiVersion", "v1").put("kind", "Namespace");
      json.putObject("metadata").put("name", name);
      json.putObject("status").put("phase", "Active");
      objects.add(Manifest.of(json));
    }
    return objects;
  }

  /** A KubeProxyConfiguration. */
  ObjectNode proxyConfiguration() {
    return BaseObjects.configuration(topology, spec.backend(), JSON.objectNode());
  }

  /** A kubeconfig, which is YAML. */
  String kubeconfig(String url) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: %1$s
      cluster: {server: "%2$s"}
    contexts:
    - name: %1$s
      context: {cluster: %1$s, user: %1$s}
    users:
    - name: %1$s
      user: {}
    current-context: %1$s
    """
        .formatted(spec.name(), url);
  }
}
