package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Iptables;
import java.util.ArrayList;
import java.util.List;

/** Other proxies, running or only their rules. */
final class RivalFindings {
  private static final String REPLACED =
      "replaced or removed as soon as Pointsman's own stand, without a gap";

  private RivalFindings() {}

  static List<Finding> of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (long process : facts.kubeProxies()) {
      findings.add(
          Finding.warn(
              "process " + process,
              "kube-proxy is running, and would write its rules again and again",
              "stop it just before Pointsman starts; its rules serve meanwhile"));
    }
    facts.chains().stream()
        .filter(chain -> isProxyTable(chain.table()))
        .map(chain -> "table " + chain.family() + " " + chain.table())
        .distinct()
        .sorted()
        .forEach(table -> findings.add(Finding.ok(table, REPLACED)));
    facts.iptables().stream()
        .filter(tools -> tools.rules().ofProxy() > 0)
        .forEach(tools -> findings.add(chains(tools, facts)));
    if (facts.interfaces().contains("kube-ipvs0")) {
      findings.add(
          Finding.warn(
              "interface kube-ipvs0",
              "left by kube-proxy in mode ipvs: this node takes packets to its addresses for itself",
              "run 'kube-proxy --cleanup', or 'ipvsadm --clear' and 'ip link delete kube-ipvs0'"));
    }
    return findings;
  }

  static boolean isProxyTable(String table) {
    return table.equals("kube-proxy") || table.equals("pointsman");
  }

  /** In mode iptables those of the other flavour would stay, and packets would meet both. */
  private static Finding chains(Iptables tools, Facts facts) {
    String where = tools.program();
    String what = tools.rules().ofProxy() + " chains of a proxy (KUBE-...)";
    boolean same = facts.chosen(tools.family()).stream().allMatch(one -> one.nft() == tools.nft());
    return same || !facts.wantsIptables()
        ? Finding.ok(where, what + ": " + REPLACED)
        : Finding.warn(
            where,
            what + " in another flavour than this host's: they would stay",
            "run 'pointsman cleanup' before the first start");
  }
}
