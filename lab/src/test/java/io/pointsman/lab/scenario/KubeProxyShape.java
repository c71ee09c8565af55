package io.pointsman.lab.scenario;

import io.pointsman.lab.Topology;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.List;

/**
 * Stands in for kube-proxy where a node passes from it to another proxy or back: rules in the shape
 * of kube-proxy's, under its names, loaded as text. ClusterIPs and NodePorts with ready endpoints,
 * and the refusal where there are none.
 */
final class KubeProxyShape implements ProxyUnderTest {
  /** A cluster as seen by the rules of one family on one node. */
  record View(
      IpFamily family, Topology.Node node, Cidr pods, List<Cidr> services, List<PlainPort> ports) {
    static View of(Topology topology, Topology.Node node, ClusterObjects objects, IpFamily family) {
      List<Cidr> pods =
          topology.clusterCidrs().stream().filter(cidr -> cidr.family() == family).toList();
      return new View(
          family,
          node,
          pods.getFirst(),
          topology.serviceCidrs().stream().filter(cidr -> cidr.family() == family).toList(),
          PlainPort.of(objects, family));
    }

    /** The node's primary address. */
    String nodeAddress() {
      return node.addresses().stream()
          .filter(address -> address.family() == family)
          .map(address -> address.address().toString())
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public Running start(Deployment deployment, ClusterObjects objects) {
    Running running =
        new Running() {
          @Override
          public void publish(ClusterObjects changed) {
            deployment.nodes().forEach(node -> load(deployment, node, changed));
          }

          @Override
          public void awaitProgrammed() {}

          @Override
          public void close() {}
        };
    running.publish(objects);
    return running;
  }

  private static void load(Deployment deployment, Topology.Node node, ClusterObjects objects) {
    NetworkNamespace namespace = deployment.lab().namespace(node.name());
    for (IpFamily family : IpFamily.values()) {
      View view = View.of(deployment.lab().topology(), node, objects, family);
      switch (deployment.mode()) {
        case NFTABLES ->
            namespace.execWithInput(NftablesShape.of(view), "nft", "-f", "-").orThrow();
        case IPTABLES -> IptablesShape.of(view).load(namespace);
      }
    }
  }

  @Override
  public void cleanUp(Deployment deployment) {
    for (Topology.Node node : deployment.nodes()) {
      NodeRules rules = new NodeRules(deployment.lab().namespace(node.name()));
      rules.flush(Step.Flush.What.PROXY_TABLE);
      rules.flush(Step.Flush.What.KUBE);
    }
  }
}
