package io.pointsman.lab.scenario;

import io.pointsman.lab.Topology;
import io.pointsman.lab.Topology.Node;
import io.pointsman.lab.packet.EchoServers;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Packet.Origin;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a lab's network, apart from any proxy, makes of packets: where they enter a node, and what
 * their sender sees in the end of what a proxy did to them.
 */
record Network(Topology topology) {
  private static final String UPLINK = "eth0";

  /** A node that a packet passes, and how it gets there. */
  record Passage(Node node, Origin origin) {}

  /** The first node that packets from this place to this address pass; empty when there is none. */
  Optional<Passage> entrance(String from, IpAddress to) {
    Optional<Node> own = topology.node(from);
    if (own.isPresent()) {
      return own.map(node -> new Passage(node, new Origin.Node()));
    }
    Optional<Node> ofPod = topology.nodeOfPod(from);
    if (ofPod.isPresent()) {
      return ofPod.map(node -> new Passage(node, new Origin.Arriving(device(node, from))));
    }
    return viaOfClient(from, to).map(node -> new Passage(node, new Origin.Arriving(UPLINK)));
  }

  private static String device(Node node, String pod) {
    return node.pods().stream()
        .filter(one -> one.name().equals(pod))
        .map(one ->
            switch (one.attachment()) {
              case BRIDGE -> "cbr0";
              case ROUTED -> "pod-" + pod;
            })
        .findFirst()
        .orElseThrow();
  }

  private Optional<Node> viaOfClient(String client, IpAddress to) {
    Optional<Node> owner = owner(to);
    if (owner.isPresent() || to.isLoopback()) {
      return owner;
    }
    boolean routed =
        Stream.concat(topology.serviceCidrs().stream(), topology.externalCidrs().stream())
            .anyMatch(range -> range.contains(to));
    return topology.clients().stream()
        .filter(one -> routed && one.name().equals(client))
        .flatMap(one -> topology.node(one.via()).stream())
        .findFirst();
  }

  /** The node that has this address on its uplink. */
  Optional<Node> owner(IpAddress address) {
    return topology.nodes().stream()
        .filter(node ->
            Stream.concat(node.addresses().stream(), node.moreAddresses().stream())
                .anyMatch(one -> one.address().equals(address)))
        .findFirst();
  }

  /** The passage of a packet that goes on from one node to an address of another. */
  Optional<Passage> next(Node from, IpAddress to) {
    return owner(to)
        .filter(node -> !node.equals(from))
        .map(node -> new Passage(node, new Origin.Arriving(UPLINK)));
  }

  /**
   * What the sender may see, spelled as {@link io.pointsman.lab.packet.Outcome} does; empty when
   * that cannot be told.
   *
   * @param from the sender's name
   * @param at where the packet met the proxy
   * @param isLocal whether the packet's destination is an address of that node
   */
  Set<String> seen(String from, Passage at, Packet packet, boolean isLocal, Disposition fate) {
    return switch (fate) {
      case Disposition.Drop() -> Set.of("timeout");
      case Disposition.Reject() -> Set.of("icmp-reject port-unreachable");
      case Disposition.Dnat dnat -> redirected(from, at, packet, dnat);
      case Disposition.Pass() -> passed(at, packet, isLocal);
    };
  }

  private Set<String> passed(Passage at, Packet packet, boolean isLocal) {
    if (isLocal) {
      return answer(at.node().name(), packet.port(), packet.protocol(), Set.of("client"));
    }
    Optional<String> who = nameOf(packet.destination());
    if (who.isPresent()) {
      return answer(who.get(), packet.port(), packet.protocol(), Set.of("client"));
    }
    return Set.of(packet.family() == IpFamily.IPV4 ? "timeout" : "icmp-reject no-route");
  }

  private Set<String> redirected(String from, Passage at, Packet packet, Disposition.Dnat to) {
    Optional<String> who = nameOf(to.address());
    if (who.isEmpty()) {
      return Set.of();
    }
    boolean here = nodeOf(who.get()).filter(at.node()::equals).isPresent();
    boolean clientIsHere = nodeOf(from).filter(at.node()::equals).isPresent();
    if (!to.masqueraded()) {
      boolean toItself = who.get().equals(from) && !at.node().name().equals(from);
      // Answers that do not come back by the node that redirected are not understood.
      return toItself || (!here && !clientIsHere)
          ? Set.of("timeout")
          : answer(who.get(), to.port(), packet.protocol(), Set.of("client"));
    }
    String node = at.node().hostName();
    return answer(
        who.get(),
        to.port(),
        packet.protocol(),
        // Hidden behind an address of its own, a node may look like itself.
        at.node().name().equals(from) ? Set.of("client", node) : Set.of(node));
  }

  private static Set<String> answer(String who, int port, Protocol protocol, Set<String> fromWhom) {
    if (EchoServers.PORTS.contains(port)) {
      return fromWhom.stream()
          .map(source -> who + ":" + port + " from " + source)
          .collect(java.util.stream.Collectors.toSet());
    }
    return Set.of(protocol == Protocol.TCP ? "refused" : "icmp-reject port-unreachable");
  }

  private Optional<Node> nodeOf(String name) {
    return topology.node(name).or(() -> topology.nodeOfPod(name));
  }

  private Optional<String> nameOf(IpAddress address) {
    return topology.pods().stream()
        .filter(pod -> pod.addresses().contains(address))
        .map(Topology.Pod::name)
        .findFirst()
        .or(() ->
            topology.nodes().stream()
                .filter(node -> node.allAddresses().contains(address))
                .map(Node::name)
                .findFirst());
  }
}
