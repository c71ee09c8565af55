package io.pointsman.iptables;

import io.pointsman.model.ObjectName;
import java.util.List;
import java.util.Map;

/**
 * The part of the ruleset that one Service port is responsible for.
 *
 * @param owner the port's Service
 * @param chains the port's own chains in table nat
 * @param services ways for nat KUBE-SERVICES
 * @param nodePorts ways for nat KUBE-NODEPORTS
 * @param refused ways for filter KUBE-SERVICES: ClusterIPs that nobody answers
 * @param refusedExternally ways for filter KUBE-EXTERNAL-SERVICES
 * @param refusedNodePorts ways for filter KUBE-EXTERNAL-NODEPORTS
 * @param guarded ways for filter KUBE-PROXY-FIREWALL: what the source ranges did not let through
 */
record Fragment(
    ObjectName owner,
    Map<ChainId, List<Rule>> chains,
    List<Way> services,
    List<Way> nodePorts,
    List<Way> refused,
    List<Way> refusedExternally,
    List<Way> refusedNodePorts,
    List<Way> guarded) {}
