package io.pointsman.plan;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;

/**
 * What a plan depends on besides Services and slices.
 *
 * @param family the address family of the plan
 * @param nodeName the node's name, compared with the names in endpoints and hints
 * @param zone the node's zone; empty when it has none
 * @param nodeIp the node's primary address of the family, when known
 * @param localDetector how packets from pods are recognised
 * @param nodePortAddresses where NodePorts answer
 * @param localhostNodePorts NodePorts answer on loopback addresses too (a backend may not offer it)
 * @param masqueradeAll hide the source of all traffic to ClusterIPs
 * @param masqueradeBit 0..31, the bit of the packet mark that asks for masquerading
 * @param serviceCidrs the ranges of ClusterIPs of this family, sorted
 */
public record NodeContext(
    IpFamily family,
    String nodeName,
    String zone,
    Optional<IpAddress> nodeIp,
    LocalDetector localDetector,
    NodePortAddresses nodePortAddresses,
    boolean localhostNodePorts,
    boolean masqueradeAll,
    int masqueradeBit,
    List<Cidr> serviceCidrs) {
  public NodeContext {
    serviceCidrs = List.copyOf(serviceCidrs);
    if (masqueradeBit < 0 || masqueradeBit > 31) {
      throw new IllegalArgumentException("masqueradeBit " + masqueradeBit + " is outside 0..31");
    }
  }

  /** The packet mark that asks for masquerading; 0x4000 by default. */
  public int masqueradeMark() {
    return 1 << masqueradeBit;
  }
}
