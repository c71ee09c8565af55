package io.pointsman.benchmarks;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The table {@code kube-proxy}: a chain with an anonymous map for each Service. */
record NftablesPeer(Workload workload) implements PeerShape {
  @Override
  public String foundation() {
    String address = workload.family() == IpFamily.IPV4 ? "ipv4_addr" : "ipv6_addr";
    String key = address + " . inet_proto . inet_service";
    return """
    table %1$s kube-proxy {
    set cluster-ips { type %2$s; }
    set hairpin-connections { type %2$s . %3$s; }
    map service-ips { type %3$s : verdict; }
    map service-nodeports { type inet_proto . inet_service : verdict; }
    map no-endpoint-services { type %3$s : verdict; }
    map no-endpoint-nodeports { type inet_proto . inet_service : verdict; }
    map firewall-ips { type %3$s : verdict; }
    chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
    chain reject-chain { reject; }
    chain services {
      %1$s daddr @cluster-ips %1$s saddr != %4$s jump mark-for-masquerade
      %1$s daddr . meta l4proto . th dport vmap @service-ips
      fib daddr type local meta l4proto . th dport vmap @service-nodeports
    }
    chain masquerading {
      meta mark and 0x4000 != 0 meta mark set meta mark xor 0x4000 masquerade fully-random
      ct status dnat %1$s saddr . %1$s daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random
    }
    chain service-endpoints-check { %1$s daddr . meta l4proto . th dport vmap @no-endpoint-services; }
    chain nodeport-endpoints-check { fib daddr type local meta l4proto . th dport vmap @no-endpoint-nodeports; }
    chain firewall-check { %1$s daddr . meta l4proto . th dport vmap @firewall-ips; }
    chain cluster-ips-check { %1$s daddr @cluster-ips reject; %1$s daddr %5$s drop; }
    chain filter-prerouting-pre-dnat { type filter hook prerouting priority -110; ct state new jump firewall-check; }
    chain filter-output-pre-dnat { type filter hook output priority -110; ct state new jump firewall-check; }
    chain filter-input { type filter hook input priority 0; ct state new jump nodeport-endpoints-check; ct state new jump service-endpoints-check; }
    chain filter-forward { type filter hook forward priority 0; ct state new jump service-endpoints-check; ct state new jump cluster-ips-check; }
    chain filter-output { type filter hook output priority 0; ct state new jump service-endpoints-check; ct state new jump cluster-ips-check; }
    chain nat-prerouting { type nat hook prerouting priority -100; jump services; }
    chain nat-output { type nat hook output priority -100; jump services; }
    chain nat-postrouting { type nat hook postrouting priority 100; jump masquerading; }
    }
    """
        .formatted(
            ip(), address, key, workload.pods(), workload.context().serviceCidrs().getFirst());
  }

  @Override
  public String full() {
    int services = workload.size().services();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < services; i++) {
      text.append("add chain ").append(table()).append(' ').append(chain(i)).append('\n');
      text.append(balancer(i, 0));
    }
    elements(text, "cluster-ips", all(i -> workload.clusterIp(i).toString()));
    elements(
        text,
        "service-ips",
        all(i ->
            "%s . tcp . %d : goto %s"
                .formatted(workload.clusterIp(i), Workload.SERVICE_PORT, chain(i))));
    List<String> hairpins = new ArrayList<>();
    IntStream.range(0, services).forEach(i -> hairpins.addAll(hairpins(i, 0)));
    elements(text, "hairpin-connections", hairpins);
    return text.toString();
  }

  @Override
  public String changed(int i, int before, int round) {
    StringBuilder text = new StringBuilder();
    text.append("add chain ").append(table()).append(' ').append(chain(i)).append('\n');
    text.append("flush chain ").append(table()).append(' ').append(chain(i)).append('\n');
    text.append(balancer(i, round));
    List<String> gone = new ArrayList<>(hairpins(i, before));
    List<String> fresh = new ArrayList<>(hairpins(i, round));
    gone.removeAll(hairpins(i, round));
    fresh.removeAll(hairpins(i, before));
    if (!gone.isEmpty()) {
      text.append(
          "delete element %s hairpin-connections { %s }\n".formatted(table(), joined(gone)));
    }
    elements(text, "hairpin-connections", fresh);
    return text.toString();
  }

  @Override
  public List<String> pieces() {
    // Not smaller ones: it is the number of sets in the kernel that takes the time.
    return List.of(full());
  }

  private String balancer(int i, int round) {
    List<IpAddress> pods = workload.endpoints(i, round);
    String targets =
        IntStream.range(0, pods.size())
            .mapToObj(e -> e + " : " + pods.get(e) + " . " + Workload.POD_PORT)
            .collect(Collectors.joining(", "));
    return "add rule %s %s meta l4proto tcp dnat %s addr . port to numgen random mod %d map { %s }\n"
        .formatted(table(), chain(i), ip(), pods.size(), targets);
  }

  private List<String> hairpins(int i, int round) {
    List<IpAddress> pods = workload.endpoints(i, round);
    return IntStream.range(0, pods.size())
        .filter(e -> workload.isLocal(i, e))
        .mapToObj(e -> "%1$s . %1$s . tcp . %2$d".formatted(pods.get(e), Workload.POD_PORT))
        .toList();
  }

  private List<String> all(java.util.function.IntFunction<String> element) {
    return IntStream.range(0, workload.size().services()).mapToObj(element).toList();
  }

  private void elements(StringBuilder text, String set, List<String> elements) {
    if (!elements.isEmpty()) {
      text.append("add element %s %s { %s }\n".formatted(table(), set, joined(elements)));
    }
  }

  private static String joined(List<String> elements) {
    return String.join(", ", elements);
  }

  /** Eight characters of a hash, the Service's name, its protocol and its port's name. */
  private String chain(int i) {
    String name = workload.name(i) + "/tcp/http";
    return "service-%08X-%s".formatted(name.hashCode(), name);
  }

  private String table() {
    return ip() + " kube-proxy";
  }

  private String ip() {
    return workload.family() == IpFamily.IPV4 ? "ip" : "ip6";
  }
}
