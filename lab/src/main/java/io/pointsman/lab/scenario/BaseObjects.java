package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Topology;
import io.pointsman.net.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a topology is to the API and to a proxy's configuration before any scenario adds to it. */
public final class BaseObjects {
  private BaseObjects() {}

  /** The Nodes, and the ServiceCIDR {@code kubernetes}. */
  public static List<Manifest> of(Topology topology) {
    List<Manifest> manifests = new ArrayList<>();
    topology.nodes().forEach(node -> manifests.add(node(node)));
    ObjectNode cidr = JsonNodeFactory.instance.objectNode();
    cidr.put("apiVersion", "networking.k8s.io/v1").put("kind", "ServiceCIDR");
    cidr.putObject("metadata").put("name", "kubernetes");
    var ranges = cidr.putObject("spec").putArray("cidrs");
    topology.serviceCidrs().forEach(range -> ranges.add(range.toString()));
    manifests.add(Manifest.of(cidr));
    return manifests;
  }

  private static Manifest node(Topology.Node node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "v1").put("kind", "Node");
    json.putObject("metadata")
        .put("name", node.hostName())
        .putObject("labels")
        .put("kubernetes.io/hostname", node.hostName())
        .put("topology.kubernetes.io/zone", node.zone());
    List<Cidr> pods = node.podGateways().stream().map(InterfaceAddress::network).toList();
    ObjectNode spec = json.putObject("spec");
    pods.stream().findFirst().ifPresent(first -> spec.put("podCIDR", first.toString()));
    var all = spec.putArray("podCIDRs");
    pods.forEach(cidr -> all.add(cidr.toString()));
    var addresses = json.putObject("status").putArray("addresses");
    node.addresses()
        .forEach(one ->
            addresses
                .addObject()
                .put("type", "InternalIP")
                .put("address", one.address().toString()));
    addresses.addObject().put("type", "Hostname").put("address", node.hostName());
    return Manifest.of(json);
  }

  /**
   * A KubeProxyConfiguration for this topology, with a scenario's changes merged in; the changes'
   * {@code backend} goes to the section of the mode.
   */
  public static ObjectNode configuration(Topology topology, ProxyMode mode, ObjectNode changes) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
    config.put("kind", "KubeProxyConfiguration");
    config.put("mode", mode.toString());
    config.put(
        "clusterCIDR",
        topology.clusterCidrs().stream().map(Cidr::toString).collect(Collectors.joining(",")));
    ObjectNode own = changes.deepCopy();
    own.remove("backend");
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    section.set(mode.toString(), changes.path("backend"));
    var merged = Patches.merge(config, own);
    return (ObjectNode) (changes.has("backend") ? Patches.merge(merged, section) : merged);
  }
}
