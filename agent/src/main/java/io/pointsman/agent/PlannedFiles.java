package io.pointsman.agent;

import io.pointsman.kubernetes.ManifestReader;
import io.pointsman.kubernetes.Manifests;
import io.pointsman.model.Node;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.trace.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Plans made from manifest files, without a kernel.
 *
 * @param options what {@code run} would be told
 * @param snapshot the objects in the files
 */
record PlannedFiles(AgentOptions options, ClusterSnapshot snapshot) {
  /** Reads a file or folder. */
  static PlannedFiles read(Path path, AgentOptions options) {
    boolean externalIps = options.configuration().allowsServiceExternalIps();
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (ClusterEvent event :
        ManifestReader.read(path).since(Manifests.EMPTY, options.nodeName())) {
      snapshot = snapshot.apply(externalIps ? event : Queueing.withoutExternalIps(event));
    }
    return new PlannedFiles(options, snapshot);
  }

  /** As the other, with the options of the same name. */
  static PlannedFiles read(Path path, String mode, String node, List<String> clusterCidrs) {
    return read(path, options(mode, node, clusterCidrs));
  }

  /**
   * The default settings.
   *
   * @param clusterCidrs ranges of pod addresses, as texts
   * @throws UsageException naming a range that is none
   */
  static AgentOptions options(String mode, String node, List<String> clusterCidrs) {
    return AgentOptions.defaults(mode, node)
        .withClusterCidrs(clusterCidrs.stream().map(PlannedFiles::cidr).toList());
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text.strip())
        .orElseThrow(() ->
            new UsageException("--cluster-cidr '" + text + "' is not a CIDR (ADDRESS/LENGTH)"));
  }

  /** For the node as its Node object describes it. */
  FamilyPlan plan(IpFamily family) {
    return plan(family, () -> List.copyOf(host().addresses()));
  }

  /**
   * For a node with other addresses.
   *
   * @param addresses of its interfaces; asked when node ports are limited to ranges
   */
  FamilyPlan plan(IpFamily family, Supplier<List<IpAddress>> addresses) {
    NodeContext context = new ContextFactory(options, addresses).context(family, snapshot);
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  /** The node as its Node object describes it. */
  Host host() {
    return new Host(
        snapshot.node().map(Node::addresses).orElse(List.of()).stream()
            .flatMap(text -> IpAddress.parse(text).stream())
            .collect(Collectors.toSet()));
  }
}
