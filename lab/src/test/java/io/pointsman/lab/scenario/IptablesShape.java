package io.pointsman.lab.scenario;

import io.pointsman.lab.scenario.KubeProxyShape.View;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The chains of kube-proxy's iptables mode, and the jumps into them. */
final class IptablesShape {
  private static final Pattern OF_SERVICE =
      Pattern.compile("^:(KUBE-(?:SVC|SVL|EXT|FW|SEP)-\\S+) ", Pattern.MULTILINE);

  /** Table, chain and the rest of the rule, in the order of insertion. */
  private static final List<String> JUMPS =
      List.of(
          "filter INPUT -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES",
          "filter FORWARD -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES",
          "filter INPUT -j KUBE-NODEPORTS",
          "filter FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES",
          "filter OUTPUT -m conntrack --ctstate NEW -j KUBE-SERVICES",
          "filter FORWARD -j KUBE-FORWARD",
          "filter INPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL",
          "filter OUTPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL",
          "filter FORWARD -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL",
          "nat OUTPUT -j KUBE-SERVICES",
          "nat PREROUTING -j KUBE-SERVICES",
          "nat POSTROUTING -j KUBE-POSTROUTING");

  private static final List<String> FORWARDING =
      List.of(
          "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
          "-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT",
          "-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");

  private static final List<String> MASQUERADING =
      List.of(
          "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
          "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
          "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
          "-A KUBE-POSTROUTING -j MASQUERADE --random-fully");

  private final View view;
  private final List<String> filter = new ArrayList<>(FORWARDING);
  private final List<String> nat = new ArrayList<>(MASQUERADING);
  private final List<String> services = new ArrayList<>();
  private final Set<String> chains = new TreeSet<>();

  private IptablesShape(View view) {
    this.view = view;
  }

  static IptablesShape of(View view) {
    IptablesShape shape = new IptablesShape(view);
    view.ports().stream().filter(port -> !port.clusterIps().isEmpty()).forEach(shape::add);
    String notLoopback = view.family() == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128";
    shape.services.add(
        "-A KUBE-SERVICES ! -d %s -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS"
            .formatted(notLoopback));
    return shape;
  }

  private void add(PlainPort port) {
    List<String> matches =
        port.clusterIps().stream()
            .map(address ->
                "-d %s -p %s --dport %d".formatted(address, port.protocol(), port.port()))
            .toList();
    if (port.endpoints().isEmpty()) {
      matches.forEach(match -> filter.add("-A KUBE-SERVICES " + match + " -j REJECT"));
      return;
    }
    String service = chain("KUBE-SVC-", port.name() + port.protocol());
    for (String match : matches) {
      services.add("-A KUBE-SERVICES " + match + " -j " + service);
      nat.add("-A %s ! -s %s %s -j KUBE-MARK-MASQ".formatted(service, view.pods(), match));
    }
    port.nodePort()
        .ifPresent(number -> {
          String external = chain("KUBE-EXT-", port.name() + port.protocol());
          nat.add("-A " + external + " -j KUBE-MARK-MASQ");
          nat.add("-A " + external + " -j " + service);
          nat.add(
              "-A KUBE-NODEPORTS -p %s --dport %d -j %s"
                  .formatted(port.protocol(), number, external));
        });
    balance(port, service);
  }

  private void balance(PlainPort port, String service) {
    int left = port.endpoints().size();
    for (PlainPort.Endpoint one : port.endpoints()) {
      String target =
          (view.family() == IpFamily.IPV4 ? one.address() : "[" + one.address() + "]")
              + ":"
              + one.port();
      String endpoint = chain("KUBE-SEP-", port.name() + port.protocol() + target);
      String chance =
          left == 1
              ? ""
              : String.format(
                  Locale.ROOT, " -m statistic --mode random --probability %.10f", 1.0 / left);
      nat.add("-A " + service + chance + " -j " + endpoint);
      nat.add("-A " + endpoint + " -s " + one.address() + " -j KUBE-MARK-MASQ");
      nat.add(
          "-A %s -p %s -j DNAT --to-destination %s".formatted(endpoint, port.protocol(), target));
      left--;
    }
  }

  private String chain(String prefix, String name) {
    String chain = prefix + "%016X".formatted(name.hashCode() * 0x9E3779B97F4A7C15L);
    chains.add(chain);
    return chain;
  }

  /** Loads it over what is there, as kube-proxy does: its own stale chains go, others stay. */
  void load(NetworkNamespace node) {
    String program = view.family() == IpFamily.IPV4 ? "iptables" : "ip6tables";
    String saved = node.exec(program + "-save", "-t", "nat").orThrow().output();
    List<String> stale =
        OF_SERVICE
            .matcher(saved)
            .results()
            .map(found -> found.group(1))
            .filter(name -> !chains.contains(name))
            .toList();
    node.execWithInput(script(stale), program + "-restore", "--noflush", "--counters").orThrow();
    for (String jump : JUMPS) {
      String[] words = jump.split(" ", 3);
      if (node.exec(command(program, words, "-C")).exitCode() != 0) {
        node.exec(command(program, words, "-I")).orThrow();
      }
    }
  }

  private static String[] command(String program, String[] words, String verb) {
    return (program + " -w 5 -t " + words[0] + " " + verb + " " + words[1] + " " + words[2])
        .split(" ");
  }

  private String script(List<String> stale) {
    List<String> lines =
        new ArrayList<>(List.of("*mangle", declared("KUBE-PROXY-CANARY"), "COMMIT"));
    lines.add("*filter");
    for (String name :
        List.of("SERVICES", "EXTERNAL-SERVICES", "FORWARD", "NODEPORTS", "PROXY-FIREWALL")) {
      lines.add(declared("KUBE-" + name));
    }
    lines.addAll(filter);
    lines.addAll(List.of("COMMIT", "*nat"));
    for (String name : List.of("SERVICES", "NODEPORTS", "POSTROUTING", "MARK-MASQ")) {
      lines.add(declared("KUBE-" + name));
    }
    chains.forEach(name -> lines.add(declared(name)));
    stale.forEach(name -> lines.add(declared(name)));
    lines.addAll(nat);
    lines.addAll(services);
    stale.forEach(name -> lines.add("-X " + name));
    lines.add("COMMIT");
    return String.join("\n", lines) + "\n";
  }

  private static String declared(String chain) {
    return ":" + chain + " - [0:0]";
  }
}
