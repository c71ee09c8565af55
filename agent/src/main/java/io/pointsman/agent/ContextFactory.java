package io.pointsman.agent;

import io.pointsman.model.Node;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.snapshot.ClusterSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Makes the context of plans from options, the Node object and the node's own addresses.
 *
 * @param options what was asked for
 * @param hostAddresses the addresses of the node's interfaces now; asked only when node ports are
 *     limited to ranges
 */
record ContextFactory(AgentOptions options, Supplier<List<IpAddress>> hostAddresses) {
  NodeContext context(IpFamily family, ClusterSnapshot snapshot) {
    Optional<IpAddress> nodeIp = nodeIp(family, snapshot.node());
    return new NodeContext(
        family,
        options.nodeName(),
        snapshot.node().map(Node::zone).orElse(""),
        nodeIp,
        detector(family, snapshot.node()),
        nodePorts(family, nodeIp),
        options.localhostNodePorts(),
        options.masqueradeAll(),
        options.masqueradeBit(),
        serviceCidrs(family, snapshot));
  }

  private Optional<IpAddress> nodeIp(IpFamily family, Optional<Node> node) {
    return options.nodeIps().stream()
        .filter(address -> address.family() == family)
        .findFirst()
        .or(() ->
            node.stream()
                .flatMap(known -> known.addresses().stream())
                .flatMap(text -> IpAddress.parse(text).stream())
                .filter(address -> address.family() == family && !address.isLoopback())
                .findFirst());
  }

  private LocalDetector detector(IpFamily family, Optional<Node> node) {
    return switch (options.detection()) {
      case AgentOptions.Detection.ByInterface(LocalDetector detector) -> detector;
      case AgentOptions.Detection.ByClusterCidr() -> range(options.clusterCidr(family));
      case AgentOptions.Detection.ByNodeCidr() ->
          range(
              node.stream()
                  .flatMap(known -> known.podCidrs().stream())
                  .flatMap(text -> Cidr.parse(text).stream())
                  .filter(cidr -> cidr.family() == family)
                  .findFirst());
    };
  }

  private static LocalDetector range(Optional<Cidr> cidr) {
    return cidr.<LocalDetector>map(LocalDetector.SourceRange::new)
        .orElseGet(LocalDetector.None::new);
  }

  private NodePortAddresses nodePorts(IpFamily family, Optional<IpAddress> nodeIp) {
    return switch (options.nodePortCidrs()) {
      case AgentOptions.NodePortCidrs.Primary() ->
          nodeIp
              .<NodePortAddresses>map(
                  address -> new NodePortAddresses.Only(new TreeSet<>(List.of(address))))
              .orElseGet(NodePortAddresses.All::new);
      case AgentOptions.NodePortCidrs.Ranges(List<Cidr> ranges) -> within(family, ranges);
    };
  }

  private NodePortAddresses within(IpFamily family, List<Cidr> ranges) {
    List<Cidr> ours = ranges.stream().filter(range -> range.family() == family).toList();
    if (ours.isEmpty() || ours.stream().anyMatch(range -> range.prefixLength() == 0)) {
      return new NodePortAddresses.All();
    }
    TreeSet<IpAddress> chosen = new TreeSet<>();
    for (IpAddress address : hostAddresses.get()) {
      if (ours.stream().anyMatch(range -> range.contains(address))) {
        chosen.add(address);
      }
    }
    return new NodePortAddresses.Only(chosen);
  }

  private static List<Cidr> serviceCidrs(IpFamily family, ClusterSnapshot snapshot) {
    return snapshot.serviceCidrs().stream()
        .flatMap(entry -> entry.getValue().cidrs().stream())
        .flatMap(text -> Cidr.parse(text).stream())
        .filter(cidr -> cidr.family() == family)
        .distinct()
        .sorted()
        .toList();
  }
}
