package io.pointsman.agent;

import io.pointsman.agent.config.Fields;
import io.pointsman.agent.system.Ipv6;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which address families a node serves: those that its kernel can. */
final class ServedFamilies {
  private static final Logger LOG = LoggerFactory.getLogger(ServedFamilies.class);

  private ServedFamilies() {}

  /**
   * The family that a node must have: that of the address it was given, else IPv4. The Node object
   * is not waited for; what it says later cannot make a kernel speak another family.
   */
  static IpFamily primary(AgentOptions options) {
    return options.nodeIps().isEmpty() ? IpFamily.IPV4 : options.nodeIps().getFirst().family();
  }

  /**
   * Opens the kernel of the calling thread's network namespace for each family that it can serve.
   *
   * @param primary must be served; the other is left out, with a notice, where it cannot
   * @throws DataplaneException when the primary family cannot be served; the message says why
   */
  static List<Dataplane> open(Backend backend, IpFamily primary) throws DataplaneException {
    List<Dataplane> opened = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      try {
        opened.add(open(family, backend));
      } catch (DataplaneException unusable) {
        if (family == primary) {
          opened.forEach(Dataplane::close);
          throw mustBeServed(family, unusable);
        }
        LOG.warn("{} is left out, serving {} only: {}", family, primary, unusable.getMessage());
      }
    }
    return opened;
  }

  private static Dataplane open(IpFamily family, Backend backend) throws DataplaneException {
    Optional<String> reason = family == IpFamily.IPV6 ? Ipv6.unusable() : Optional.empty();
    if (reason.isPresent()) {
      throw new DataplaneException(reason.get());
    }
    return backend.open(family);
  }

  /**
   * Ranges of pods that are all of the family that is not served: no pod would be known for one.
   * kube-proxy does not start then, either.
   */
  static Optional<String> mismatch(AgentOptions options, List<Dataplane> served) {
    boolean anyFits =
        served.stream().anyMatch(dataplane -> options.clusterCidr(dataplane.family()).isPresent());
    return options.detection() instanceof AgentOptions.Detection.ByClusterCidr
            && !options.clusterCidrs().isEmpty()
            && !anyFits
        ? Optional.of(
            "clusterCIDR "
                + options.configuration().get(Fields.CLUSTER_CIDR)
                + " has no range of "
                + served.getFirst().family()
                + ", the only family that is served here: add one, or choose another"
                + " detectLocalMode")
        : Optional.empty();
  }

  private static DataplaneException mustBeServed(IpFamily family, DataplaneException unusable) {
    String other = family == IpFamily.IPV4 ? "IPv6" : "IPv4";
    return new DataplaneException(
        family
            + ", this node's primary family, cannot be served: "
            + unusable.getMessage()
            + " (a node with "
            + other
            + " alone says so with --bind-address, an address of it)",
        unusable);
  }
}
