package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Iptables;
import io.pointsman.net.IpFamily;
import io.pointsman.nftables.HostChains.HostChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Other people's rules that may keep packets from pods. Chains are judged by their policies and, of
 * iptables, by a rule for all packets; what single rules do to single packets is not.
 */
final class FirewallFindings {
  private FirewallFindings() {}

  static List<Finding> of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    Set<String> names = names(facts);
    if (names.contains("firewalld") || names.contains("FORWARD_direct")) {
      findings.add(
          Finding.warn(
              "firewalld",
              "is running: it refuses forwarded packets, and a reload may flush rules of iptables",
              "put the pod and Service ranges into a zone that accepts: firewall-cmd --permanent"
                  + " --zone=trusted --add-source=RANGE"));
    }
    if (names.contains("ufw-before-forward") || names.contains("ufw6-before-forward")) {
      findings.add(
          Finding.warn(
              "ufw",
              "is running: by default it drops forwarded packets",
              "set DEFAULT_FORWARD_POLICY=\"ACCEPT\" in /etc/default/ufw, or 'ufw route allow' for"
                  + " the pod ranges"));
    }
    facts.chains().stream()
        .filter(chain -> chain.drops() && !RivalFindings.isProxyTable(chain.table()))
        .filter(chain -> isWayOfService(chain.hook()))
        .forEach(chain -> findings.add(nftables(chain, facts)));
    for (Iptables tools : facts.iptables()) {
      for (String chain : tools.rules().closed()) {
        if (!tools.nft() || facts.chains().stream().noneMatch(one -> isSame(one, tools, chain))) {
          findings.add(iptables(tools, chain, facts));
        }
      }
    }
    return findings.stream().distinct().toList();
  }

  private static Set<String> names(Facts facts) {
    return Stream.concat(
            facts.chains().stream().flatMap(chain -> Stream.of(chain.table(), chain.name())),
            facts.iptables().stream().flatMap(tools -> tools.rules().chains().stream()))
        .collect(Collectors.toSet());
  }

  private static boolean isWayOfService(String hook) {
    return Set.of("input", "forward", "output").contains(hook);
  }

  /** The nft flavour of iptables has its tables in nf_tables, where they have been seen before. */
  private static boolean isSame(HostChain chain, Iptables tools, String name) {
    return chain.drops()
        && chain.table().equals("filter")
        && chain.name().equals(name)
        && chain.family().equals(tools.family() == IpFamily.IPV4 ? "ip" : "ip6");
  }

  private static Finding nftables(HostChain chain, Facts facts) {
    String where = "nft table " + chain.family() + " " + chain.table() + ", chain " + chain.name();
    boolean opened =
        facts.iptables().stream()
            .anyMatch(tools -> tools.chosen() && tools.nft() && isSame(chain, tools, chain.name()));
    return finding(where, chain.hook(), opened && facts.wantsIptables());
  }

  private static Finding iptables(Iptables tools, String chain, Facts facts) {
    String where = tools.program() + ", filter chain " + chain;
    return finding(where, chain.toLowerCase(Locale.ROOT), tools.chosen() && facts.wantsIptables());
  }

  /**
   * @param opened the chain is of the flavour that we use, and our rules come before its end
   */
  private static Finding finding(String where, String hook, boolean opened) {
    if (opened) {
      return Finding.ok(
          where,
          "drops or rejects what nobody accepts; the rules of Services accept theirs before");
    }
    String what =
        "drops or rejects what nobody accepts (" + hook + "), and no rule of ours is asked";
    return switch (hook) {
      case "forward" ->
          Finding.warn(where, what, "accept packets to and from the pod ranges there");
      case "input" ->
          Finding.warn(
              where,
              what,
              "accept port 10256/tcp, node ports of pods in the host's network, and health check"
                  + " node ports there");
      default -> Finding.warn(where, what, "accept packets to pod and Service ranges there");
    };
  }
}
