package io.pointsman.lab.scenario;

import io.pointsman.lab.scenario.KubeProxyShape.View;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The table {@code kube-proxy} of kube-proxy's nftables mode as text for {@code nft -f}. */
final class NftablesShape {
  private final View view;
  private final String ip;
  private final List<String> chains = new ArrayList<>();
  private final List<String> serviceIps = new ArrayList<>();
  private final List<String> nodePorts = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final List<String> clusterIps = new ArrayList<>();
  private final List<String> hairpins = new ArrayList<>();

  private NftablesShape(View view) {
    this.view = view;
    this.ip = view.family() == IpFamily.IPV4 ? "ip" : "ip6";
  }

  /**
   * Replaces the table as a whole. Going back to kube-proxy, it is for the administrator to delete
   * the table that the other proxy left; it goes in the same transaction here.
   */
  static String of(View view) {
    NftablesShape shape = new NftablesShape(view);
    view.ports().stream().filter(port -> !port.clusterIps().isEmpty()).forEach(shape::add);
    return shape.replacement();
  }

  private void add(PlainPort port) {
    clusterIps.addAll(port.clusterIps());
    List<String> keys =
        port.clusterIps().stream()
            .map(address -> address + " . " + port.protocol() + " . " + port.port())
            .toList();
    if (port.endpoints().isEmpty()) {
      keys.forEach(key -> refused.add(key + " : goto reject-chain"));
      return;
    }
    String name = port.name() + "/" + port.protocol();
    String service = chainName("service", name);
    String external = chainName("external", name);
    chain(service, dnat(port));
    chain(external, "jump mark-for-masquerade", "goto " + service);
    keys.forEach(key -> serviceIps.add(key + " : goto " + service));
    port.nodePort()
        .ifPresent(
            number -> nodePorts.add(port.protocol() + " . " + number + " : goto " + external));
    port.endpoints()
        .forEach(one ->
            hairpins.add(
                one.address()
                    + " . "
                    + one.address()
                    + " . "
                    + port.protocol()
                    + " . "
                    + one.port()));
  }

  private String dnat(PlainPort port) {
    String targets =
        IntStream.range(0, port.endpoints().size())
            .mapToObj(i ->
                i
                    + " : "
                    + port.endpoints().get(i).address()
                    + " . "
                    + port.endpoints().get(i).port())
            .collect(Collectors.joining(", "));
    return "meta l4proto %s dnat %s addr . port to numgen random mod %d map { %s }"
        .formatted(port.protocol(), ip, port.endpoints().size(), targets);
  }

  private static String chainName(String kind, String name) {
    return kind + "-" + Integer.toHexString(name.hashCode()) + "-" + name.replace(':', '/');
  }

  private void chain(String name, String... rules) {
    chains.add("chain %s {\n%s\n}".formatted(name, String.join("\n", rules)));
  }

  private void base(String name, String hook, String... rules) {
    chains.add(
        "chain %s {\ntype %s; policy accept;\n%s\n}"
            .formatted(name, hook, String.join("\n", rules)));
  }

  private String replacement() {
    chain("mark-for-masquerade", "meta mark set meta mark or 0x4000");
    chain("reject-chain", "reject");
    chain(
        "services",
        "%1$s daddr @cluster-ips %1$s saddr != %2$s jump mark-for-masquerade"
            .formatted(ip, view.pods()),
        ip + " daddr . meta l4proto . th dport vmap @service-ips",
        ip + " daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports");
    chain(
        "masquerading",
        "meta mark and 0x4000 != 0 meta mark set meta mark xor 0x4000 masquerade fully-random",
        "ct status dnat %1$s saddr . %1$s daddr . meta l4proto . th dport @hairpin-connections"
                .formatted(ip)
            + " masquerade fully-random");
    chain(
        "service-endpoints-check",
        ip + " daddr . meta l4proto . th dport vmap @no-endpoint-services");
    chain(
        "cluster-ips-check",
        ip + " daddr @cluster-ips reject",
        ip + " daddr { " + joined(view.services()) + " } drop");
    String checks = "ct state new jump service-endpoints-check";
    base("filter-input", "filter hook input priority 0", checks);
    base("filter-forward", "filter hook forward priority 0", checks, "jump cluster-ips-check");
    base("filter-output", "filter hook output priority 0", checks, "jump cluster-ips-check");
    base("nat-prerouting", "nat hook prerouting priority -100", "jump services");
    base("nat-output", "nat hook output priority -100", "jump services");
    base("nat-postrouting", "nat hook postrouting priority 100", "jump masquerading");
    String address = view.family() == IpFamily.IPV4 ? "ipv4_addr" : "ipv6_addr";
    String key = address + " . inet_proto . inet_service";
    return replaced("kube-proxy")
        + replaced("pointsman")
        + "table %s kube-proxy {\n".formatted(ip)
        + named("set cluster-ips", address, clusterIps.stream().distinct().toList())
        + named("set nodeport-ips", address, List.of(view.nodeAddress()))
        + named(
            "set hairpin-connections",
            address + " . " + address + " . inet_proto . inet_service",
            hairpins.stream().distinct().toList())
        + named("map service-ips", key + " : verdict", serviceIps)
        + named("map service-nodeports", "inet_proto . inet_service : verdict", nodePorts)
        + named("map no-endpoint-services", key + " : verdict", refused)
        + String.join("\n", chains)
        + "\n}\n";
  }

  private String replaced(String table) {
    return "table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(ip, table);
  }

  private static String named(String what, String type, List<String> elements) {
    String filled = elements.isEmpty() ? "" : "elements = { " + joined(elements) + " }\n";
    return "%s {\ntype %s\n%s}\n".formatted(what, type, filled);
  }

  private static String joined(List<?> parts) {
    return parts.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
