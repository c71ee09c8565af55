package io.pointsman.trace;

/**
 * In what the modes differ for the same plan: the whole list. Everything else is the same in all.
 *
 * @param localhostNodePorts node ports can answer on IPv4 loopback addresses
 * @param guardsClusterIps an undefined port of a live ClusterIP is rejected and an unallocated
 *     address of a ServiceCIDR dropped, rather than left to the network
 * @param sourceRangesFirst source ranges are enforced also while there is no endpoint, rather than
 *     everybody rejected
 * @param refusesForNode what is refused at an external address is refused to the node's own
 *     processes too, unless it is the node's address anyway
 * @param refusesNodePortsAnywhere a node port that cannot serve is refused on every address of the
 *     node, rather than on those on which node ports answer
 * @param hairpinForAnyEndpoint a connection that comes back to its sender is masqueraded also when
 *     the endpoint is not marked as one of this node's
 */
public record ModeTraits(
    boolean localhostNodePorts,
    boolean guardsClusterIps,
    boolean sourceRangesFirst,
    boolean refusesForNode,
    boolean refusesNodePortsAnywhere,
    boolean hairpinForAnyEndpoint) {
  /** Mode nftables. */
  public static final ModeTraits NFTABLES = new ModeTraits(false, true, true, true, false, false);

  /** Mode iptables. */
  public static final ModeTraits IPTABLES = new ModeTraits(true, false, false, false, true, true);
}
