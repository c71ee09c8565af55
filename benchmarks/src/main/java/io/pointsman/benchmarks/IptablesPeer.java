package io.pointsman.benchmarks;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * KUBE-SERVICES as a list, and for each Service a chain with one more for each endpoint. With more
 * than {@link #LARGE} endpoints in the cluster the rules of endpoints have no comments, as there.
 */
record IptablesPeer(Workload workload) implements PeerShape {
  static final int LARGE = 1000;
  private static final int PIECE = 250;

  @Override
  public String foundation() {
    return """
    *filter
    :KUBE-SERVICES - [0:0]
    :KUBE-EXTERNAL-SERVICES - [0:0]
    :KUBE-FORWARD - [0:0]
    :KUBE-NODEPORTS - [0:0]
    :KUBE-PROXY-FIREWALL - [0:0]
    -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
    -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
    -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
    -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
    -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
    -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
    -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
    -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    COMMIT
    *nat
    :KUBE-SERVICES - [0:0]
    :KUBE-NODEPORTS - [0:0]
    :KUBE-POSTROUTING - [0:0]
    :KUBE-MARK-MASQ - [0:0]
    -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
    COMMIT
    """;
  }

  @Override
  public String full() {
    StringBuilder chains = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < workload.size().services(); i++) {
      service(i, 0, chains, rules);
    }
    return script(chains, rules, "");
  }

  @Override
  public String changed(int i, int before, int round) {
    StringBuilder chains = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    service(i, round, chains, rules);
    String stale = "";
    List<IpAddress> now = workload.endpoints(i, round);
    for (IpAddress pod : workload.endpoints(i, before)) {
      // Stale chains of a large cluster stay for a while.
      if (!isLarge() && !now.contains(pod)) {
        declare(chains, endpointChain(i, pod));
        stale += "-X " + endpointChain(i, pod) + "\n";
      }
    }
    return script(chains, rules, stale);
  }

  @Override
  public List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    int services = workload.size().services();
    for (int first = 0; first < services; first += PIECE) {
      StringBuilder chains = new StringBuilder();
      StringBuilder rules = new StringBuilder();
      for (int i = first; i < Math.min(services, first + PIECE); i++) {
        service(i, 0, chains, rules);
      }
      pieces.add("*nat\n:KUBE-MARK-MASQ - [0:0]\n" + chains + rules + "COMMIT\n");
    }
    return pieces;
  }

  /** Every sync writes the fixed chains and the whole list of Services. */
  private String script(StringBuilder chains, StringBuilder rules, String stale) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        *filter
        :KUBE-NODEPORTS - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        COMMIT
        *nat
        :KUBE-NODEPORTS - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        """);
    text.append(chains);
    text.append(
        """
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
        """);
    for (int i = 0; i < workload.size().services(); i++) {
      text.append("-A KUBE-SERVICES -m comment --comment \"")
          .append(display(i))
          .append(" cluster IP\" -m tcp -p tcp -d ")
          .append(workload.clusterIp(i))
          .append(" --dport ")
          .append(Workload.SERVICE_PORT)
          .append(" -j ")
          .append(serviceChain(i))
          .append('\n');
    }
    text.append(rules)
        .append("-A KUBE-SERVICES -m comment --comment \"kubernetes service nodeports; NOTE: this")
        .append(" must be the last rule in this chain\" -m addrtype --dst-type LOCAL ! -d ")
        .append(workload.family() == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128")
        .append(" -j KUBE-NODEPORTS\n")
        .append(stale)
        .append("COMMIT\n");
    return text.toString();
  }

  private void service(int i, int round, StringBuilder chains, StringBuilder rules) {
    String chain = serviceChain(i);
    declare(chains, chain);
    rules.append(
        "-A %s -m comment --comment \"%s cluster IP\" -m tcp -p tcp -d %s --dport %d ! -s %s -j KUBE-MARK-MASQ\n"
            .formatted(
                chain, display(i), workload.clusterIp(i), Workload.SERVICE_PORT, workload.pods()));
    List<IpAddress> pods = workload.endpoints(i, round);
    for (int e = 0; e < pods.size(); e++) {
      String endpoint = endpointChain(i, pods.get(e));
      String comment = isLarge() ? "" : " -m comment --comment " + display(i);
      String arrow =
          isLarge()
              ? ""
              : " -m comment --comment \"%s -> %s\"".formatted(display(i), target(pods.get(e)));
      int left = pods.size() - e;
      String chance =
          left == 1
              ? ""
              : String.format(
                  Locale.ROOT, " -m statistic --mode random --probability %.10f", 1.0 / left);
      declare(chains, endpoint);
      rules.append("-A %s%s%s -j %s\n".formatted(chain, arrow, chance, endpoint));
      rules.append("-A %s%s -s %s -j KUBE-MARK-MASQ\n".formatted(endpoint, comment, pods.get(e)));
      rules.append(
          "-A %s%s -m tcp -p tcp -j DNAT --to-destination %s\n"
              .formatted(endpoint, comment, target(pods.get(e))));
    }
  }

  private static void declare(StringBuilder chains, String chain) {
    chains.append(':').append(chain).append(" - [0:0]\n");
  }

  private boolean isLarge() {
    return workload.size().total() > LARGE;
  }

  private String display(int i) {
    return workload.name(i) + ":http";
  }

  private String target(IpAddress pod) {
    return (pod.family() == IpFamily.IPV4 ? pod.toString() : "[" + pod + "]")
        + ":"
        + Workload.POD_PORT;
  }

  private String serviceChain(int i) {
    return chain("KUBE-SVC-", i, "");
  }

  private String endpointChain(int i, IpAddress pod) {
    return chain("KUBE-SEP-", i, pod.toString());
  }

  /** Sixteen characters after the prefix, as long as there. */
  private String chain(String prefix, int i, String rest) {
    long mixed = (i + 1) * 0x9E3779B97F4A7C15L ^ rest.hashCode() * 0xC2B2AE3D27D4EB4FL;
    return prefix + "%016X".formatted(mixed);
  }
}
