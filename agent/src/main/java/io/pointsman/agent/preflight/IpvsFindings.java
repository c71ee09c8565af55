package io.pointsman.agent.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a cluster loses that leaves the mode ipvs. */
final class IpvsFindings {
  private IpvsFindings() {}

  static List<Finding> of(Facts facts) {
    if (!facts.mode().equals("ipvs")) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.fail(
            "mode",
            "ipvs is not offered (and deprecated in Kubernetes)",
            "set mode to nftables; what follows judges that"));
    facts
        .ipvs()
        .forEach((field, value) ->
            findings.add(
                Finding.warn(
                    field, "'" + value + "' has no effect outside of ipvs", advice(field))));
    findings.add(
        Finding.warn(
            "behaviour",
            "ClusterIPs and load balancer IPs are then on no interface: they do not answer pings,"
                + " and what listens on all addresses of the node does not answer on them",
            "look for health checks and monitoring that relies on that"));
    return findings;
  }

  private static String advice(String field) {
    return Map.of(
            "ipvs.scheduler",
            "endpoints are chosen at random; session affinity works as before",
            "ipvs.strictARP",
            "none is needed: virtual addresses are on no interface that could answer ARP",
            "ipvs.excludeCIDRs",
            "only ipvs cleans up foreign services; remove it",
            "ipvs.tcpTimeout",
            "use conntrack.tcpEstablishedTimeout",
            "ipvs.tcpFinTimeout",
            "use the sysctl nf_conntrack_tcp_timeout_fin_wait",
            "ipvs.udpTimeout",
            "use conntrack.udpTimeout and conntrack.udpStreamTimeout")
        .getOrDefault(field, "remove it");
  }
}
