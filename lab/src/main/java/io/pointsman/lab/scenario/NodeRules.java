package io.pointsman.lab.scenario;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules on a node as its administrator sees and treats them, with the usual programs. */
final class NodeRules {
  private static final List<String> PROXY_TABLES = List.of("kube-proxy", "pointsman");
  private static final List<String> TABLES = List.of("nat", "filter", "mangle");

  /** What the kubelet owns, or shares with proxies, is not a proxy's. */
  private static final Set<String> KUBELET =
      Set.of("KUBE-FIREWALL", "KUBE-KUBELET-CANARY", "KUBE-IPTABLES-HINT");

  /** The rules of one family in one flavour of iptables; its programs have these names. */
  private enum Program {
    IPTABLES_NFT,
    IPTABLES_LEGACY,
    IP6TABLES_NFT,
    IP6TABLES_LEGACY;

    String command() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    String family() {
      return command().substring(0, command().indexOf('-'));
    }
  }

  private final NetworkNamespace node;

  NodeRules(NetworkNamespace node) {
    this.node = node;
  }

  /** Where rules of a proxy are, a line for each table, or {@code nothing}. */
  Set<String> leftovers() {
    Set<String> lines = new LinkedHashSet<>();
    String tables = node.exec("nft", "list", "tables").orThrow().output();
    for (String family : List.of("ip", "ip6")) {
      for (String name : PROXY_TABLES) {
        if (tables.contains("table " + family + " " + name + "\n")) {
          lines.add("nft table " + family + " " + name);
        }
      }
    }
    for (Program program : Program.values()) {
      Map<String, List<String>> saved = saved(program);
      TABLES.stream()
          .filter(table -> !chains(saved.getOrDefault(table, List.of())).isEmpty())
          .forEach(table -> lines.add(program.family() + " " + table));
    }
    return lines.isEmpty() ? Set.of("nothing") : lines;
  }

  /** Removes something; what is not there is no failure. */
  void flush(Step.Flush.What what) {
    switch (what) {
      case RULESET -> {
        node.exec("nft", "flush", "ruleset").orThrow();
        for (Program legacy : List.of(Program.IPTABLES_LEGACY, Program.IP6TABLES_LEGACY)) {
          for (String table : saved(legacy).keySet()) {
            node.exec(legacy.command(), "-t", table, "-F").orThrow();
            node.exec(legacy.command(), "-t", table, "-X").orThrow();
          }
        }
      }
      case NAT -> {
        for (Program program : Program.values()) {
          if (saved(program).containsKey("nat")) {
            node.exec(program.command(), "-t", "nat", "-F").orThrow();
          }
        }
      }
      case KUBE -> {
        for (Program program : Program.values()) {
          removeKubeChains(program);
        }
      }
      case PROXY_TABLE -> {
        for (String family : List.of("ip", "ip6")) {
          PROXY_TABLES.forEach(name -> node.exec("nft", "delete", "table", family, name));
        }
      }
      case CONNTRACK -> node.exec("conntrack", "-F").orThrow();
    }
  }

  private void removeKubeChains(Program program) {
    List<String> script = new ArrayList<>();
    saved(program)
        .forEach((table, lines) -> {
          List<String> chains = chains(lines);
          script.add("*" + table);
          chains.forEach(chain -> script.add(":" + chain + " - [0:0]"));
          lines.stream()
              .filter(line -> line.startsWith("-A ") && !line.startsWith("-A KUBE-"))
              .filter(line -> chains.stream().anyMatch(chain -> line.endsWith(" -j " + chain)))
              .forEach(line -> script.add("-D" + line.substring(2)));
          chains.forEach(chain -> script.add("-X " + chain));
          script.add("COMMIT");
        });
    node.execWithInput(
            String.join("\n", script) + "\n", program.command() + "-restore", "--noflush")
        .orThrow();
  }

  /** The lines of each table that is in use, by its name. */
  private Map<String, List<String>> saved(Program program) {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    for (String line : node.exec(program.command() + "-save").orThrow().output().lines().toList()) {
      if (line.startsWith("*")) {
        lines = new ArrayList<>();
        tables.put(line.substring(1), lines);
      } else {
        lines.add(line);
      }
    }
    return tables;
  }

  /** The proxy's chains among the lines of a table. */
  private static List<String> chains(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(":KUBE-"))
        .map(line -> line.substring(1, line.indexOf(' ')))
        .filter(chain -> !KUBELET.contains(chain))
        .toList();
  }
}
