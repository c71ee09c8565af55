package io.pointsman.lab;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A cluster's network as a value. Every node, pod and client is a network namespace; the nodes and
 * clients share one Ethernet segment, a bridge in the namespace of the fabric, which is the nodes'
 * default gateway and leads nowhere.
 *
 * @param fabric the segment
 * @param nodes in order; names of nodes, pods and clients are all different
 * @param clients machines of the segment that are not in the cluster
 * @param clusterCidrs what all pod addresses are taken from, at most one a family
 * @param serviceCidrs what ClusterIPs are taken from, at most one a family
 * @param externalCidrs what load-balancer and external addresses are taken from
 */
public record Topology(
    Fabric fabric,
    List<Node> nodes,
    List<Client> clients,
    List<Cidr> clusterCidrs,
    List<Cidr> serviceCidrs,
    List<Cidr> externalCidrs) {
  public Topology {
    nodes = List.copyOf(nodes);
    clients = List.copyOf(clients);
    clusterCidrs = List.copyOf(clusterCidrs);
    serviceCidrs = List.copyOf(serviceCidrs);
    externalCidrs = List.copyOf(externalCidrs);
    Set<String> seen = new HashSet<>();
    names(fabric, nodes, clients)
        .filter(name -> !seen.add(name))
        .findFirst()
        .ifPresent(twice -> {
          throw new LabException(
              "two places of the topology are called '" + twice + "'; rename one");
        });
  }

  /** The segment's name and its addresses, which are the gateways of all nodes. */
  public record Fabric(String name, List<InterfaceAddress> addresses) {
    public Fabric {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A node.
   *
   * @param name short name, used in scenarios, such as {@code A}
   * @param hostName its name in the API, such as {@code node-a}
   * @param zone its topology zone
   * @param addresses its primary addresses, one a family
   * @param moreAddresses further addresses of the same interface
   * @param podGateways address of the node in each pod network; the prefix is the node's pod CIDR
   */
  public record Node(
      String name,
      String hostName,
      String zone,
      List<InterfaceAddress> addresses,
      List<InterfaceAddress> moreAddresses,
      List<InterfaceAddress> podGateways,
      List<Pod> pods) {
    public Node {
      addresses = List.copyOf(addresses);
      moreAddresses = List.copyOf(moreAddresses);
      podGateways = List.copyOf(podGateways);
      pods = List.copyOf(pods);
    }

    /** Every address at which the node itself can be seen, pod gateways included. */
    public List<IpAddress> allAddresses() {
      return Stream.of(addresses, moreAddresses, podGateways)
          .flatMap(List::stream)
          .map(InterfaceAddress::address)
          .toList();
    }

    Node withMoreAddresses(String... more) {
      return new Node(
          name,
          hostName,
          zone,
          addresses,
          Stream.of(more).map(InterfaceAddress::of).toList(),
          podGateways,
          pods);
    }
  }

  /** A pod: its addresses, one a family, and how its cable is plugged in at the node. */
  public record Pod(String name, List<IpAddress> addresses, Attachment attachment) {
    public Pod {
      addresses = List.copyOf(addresses);
    }
  }

  /** How a pod hangs on its node. */
  public enum Attachment {
    /** A port of the bridge {@code cbr0}, as the CNI plugin "bridge" does it. */
    BRIDGE,
    /** A routed interface {@code pod-NAME} of its own, as the CNI plugin "ptp" does it. */
    ROUTED
  }

  /**
   * A machine outside of the cluster. It knows no route to pods.
   *
   * @param moreSources further addresses that a probe can ask for as its source
   * @param via the node through which it reaches Services and external addresses
   */
  public record Client(
      String name,
      List<InterfaceAddress> addresses,
      List<InterfaceAddress> moreSources,
      String via) {
    public Client {
      addresses = List.copyOf(addresses);
      moreSources = List.copyOf(moreSources);
    }
  }

  /**
   * Nodes {@code A}, {@code B}, … (172.29.0.11, .12, …) with pods {@code a1}, {@code a2}, …
   * (10.210.1.11, …), the first of each node on the bridge and the others routed, both families,
   * and one client {@code ext} with twelve more source addresses, which reaches Services by the
   * first node.
   *
   * @param nodes 1..26
   * @param podsPerNode 0..200
   */
  public static Topology standard(int nodes, int podsPerNode) {
    if (nodes < 1 || nodes > 26 || podsPerNode < 0 || podsPerNode > 200) {
      throw new LabException(
          "a lab has 1..26 nodes with 0..200 pods each, not " + nodes + " with " + podsPerNode);
    }
    List<Node> all = new ArrayList<>();
    for (int number = 1; number <= nodes; number++) {
      all.add(standardNode(number, podsPerNode));
    }
    return new Topology(
        new Fabric("cp", both("172.29.0.1/24", "fd00:29::1/64")),
        all,
        List.of(standardClient()),
        List.of(Cidr.of("10.210.0.0/16"), Cidr.of("fd00:210::/32")),
        List.of(Cidr.of("10.211.0.0/16"), Cidr.of("fd00:211::/112")),
        Stream.of("198.51.100.0/24", "fd00:213::/64", "203.0.113.0/24", "fd00:214::/64")
            .map(Cidr::of)
            .toList());
  }

  private static Node standardNode(int number, int podsPerNode) {
    char letter = (char) ('a' + number - 1);
    List<Pod> pods = new ArrayList<>();
    for (int pod = 1; pod <= podsPerNode; pod++) {
      String ending = String.valueOf(10 + pod);
      pods.add(
          new Pod(
              letter + "" + pod,
              List.of(
                  IpAddress.of("10.210." + number + "." + ending),
                  IpAddress.of("fd00:210:" + number + "::" + ending)),
              pod == 1 ? Attachment.BRIDGE : Attachment.ROUTED));
    }
    return new Node(
        String.valueOf(Character.toUpperCase(letter)),
        "node-" + letter,
        "zone-" + number,
        both("172.29.0." + (10 + number) + "/24", "fd00:29::" + (10 + number) + "/64"),
        List.of(),
        both("10.210." + number + ".1/24", "fd00:210:" + number + "::1/64"),
        pods);
  }

  private static Client standardClient() {
    List<InterfaceAddress> more = new ArrayList<>();
    for (int ending = 101; ending <= 112; ending++) {
      more.addAll(both("172.29.0." + ending + "/24", "fd00:29::" + ending + "/64"));
    }
    return new Client("ext", both("172.29.0.100/24", "fd00:29::100/64"), more, "A");
  }

  private static List<InterfaceAddress> both(String four, String six) {
    return List.of(InterfaceAddress.of(four), InterfaceAddress.of(six));
  }

  /**
   * The network in which the recorded answers of kube-proxy were taken: two standard nodes with two
   * pods each, and second addresses on both nodes.
   */
  public static Topology oracle() {
    Topology plain = standard(2, 2);
    return new Topology(
        plain.fabric,
        List.of(
            plain.nodes.get(0).withMoreAddresses("172.28.5.11/24", "fd00:28:5::11/64"),
            plain.nodes.get(1).withMoreAddresses("172.28.6.12/24")),
        plain.clients,
        plain.clusterCidrs,
        plain.serviceCidrs,
        plain.externalCidrs);
  }

  /** All pods of all nodes, in order. */
  public List<Pod> pods() {
    return nodes.stream().flatMap(node -> node.pods().stream()).toList();
  }

  /** The node with this short name. */
  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The node on which the pod with this name runs. */
  public Optional<Node> nodeOfPod(String pod) {
    return nodes.stream()
        .filter(node -> node.pods().stream().anyMatch(one -> one.name().equals(pod)))
        .findFirst();
  }

  /** Addresses of the pod or node with this name that an endpoint may have, one a family. */
  public Optional<IpAddress> endpointAddress(String name, IpFamily family) {
    Stream<IpAddress> ofPods =
        pods().stream()
            .filter(pod -> pod.name().equals(name))
            .flatMap(pod -> pod.addresses().stream());
    Stream<IpAddress> ofNodes =
        nodes.stream()
            .filter(node -> node.name().equals(name))
            .flatMap(node -> node.addresses().stream())
            .map(InterfaceAddress::address);
    return Stream.concat(ofPods, ofNodes).filter(one -> one.family() == family).findFirst();
  }

  /** Names of all namespaces: the fabric, nodes, pods, clients. */
  public List<String> names() {
    return names(fabric, nodes, clients).toList();
  }

  private static Stream<String> names(Fabric fabric, List<Node> nodes, List<Client> clients) {
    return Stream.of(
            Stream.of(fabric.name()),
            nodes.stream().map(Node::name),
            nodes.stream().flatMap(node -> node.pods().stream()).map(Pod::name),
            clients.stream().map(Client::name))
        .flatMap(names -> names);
  }
}
