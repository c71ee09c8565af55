package io.pointsman.lab.scenario;

import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The least that answers the simplest scenarios: ClusterIPs and NodePorts, loaded whole through the
 * {@code nft} program at every change. It is here to try the kit on, and is no example.
 */
final class NaiveProxy implements ProxyUnderTest {
  @Override
  public Running start(Deployment deployment, ClusterObjects objects) {
    Running running =
        new Running() {
          @Override
          public void publish(ClusterObjects changed) {
            for (Topology.Node node : deployment.nodes()) {
              load(deployment.lab(), node, changed);
            }
          }

          @Override
          public void awaitProgrammed() {}

          @Override
          public void close() {}
        };
    running.publish(objects);
    return running;
  }

  @Override
  public void cleanUp(Deployment deployment) {
    for (Topology.Node node : deployment.nodes()) {
      for (String family : List.of("ip", "ip6")) {
        deployment
            .lab()
            .namespace(node.name())
            .execWithInput(
                "table %1$s naive\ndelete table %1$s naive\n".formatted(family), "nft", "-f", "-")
            .orThrow();
      }
    }
  }

  private static void load(Lab lab, Topology.Node node, ClusterObjects objects) {
    StringBuilder text = new StringBuilder();
    for (IpFamily family : IpFamily.values()) {
      text.append(table(lab.topology(), node, objects, family));
    }
    lab.namespace(node.name()).execWithInput(text.toString(), "nft", "-f", "-").orThrow();
  }

  private static String table(
      Topology topology, Topology.Node node, ClusterObjects objects, IpFamily family) {
    String ip = family == IpFamily.IPV4 ? "ip" : "ip6";
    List<String> translate = new ArrayList<>();
    List<String> refuse = new ArrayList<>();
    Set<String> hairpins = new TreeSet<>();
    String cluster = clusterCidr(topology, family);
    for (PlainPort port : PlainPort.of(objects, family)) {
      port.endpoints().forEach(one -> hairpins.add(one.address() + " . " + one.address()));
      for (String address : port.clusterIps()) {
        String mark = " " + ip + " saddr != " + cluster + " meta mark set 0x4000";
        add(translate, refuse, match(ip, address, port, port.port()), mark, port.endpoints());
      }
      for (InterfaceAddress address : node.addresses()) {
        if (address.family() == family && port.nodePort().isPresent()) {
          String match =
              match(ip, address.address().toString(), port, port.nodePort().orElseThrow());
          add(translate, refuse, match, " meta mark set 0x4000", port.endpoints());
        }
      }
      port.clusterIps().forEach(address -> refuse.add(ip + " daddr " + address + " reject"));
    }
    topology.serviceCidrs().stream()
        .filter(cidr -> cidr.family() == family)
        .forEach(cidr -> refuse.add(ip + " daddr " + cidr + " drop"));
    return render(ip, translate, refuse, hairpins);
  }

  private static void add(
      List<String> translate,
      List<String> refuse,
      String match,
      String mark,
      List<PlainPort.Endpoint> endpoints) {
    if (endpoints.isEmpty()) {
      refuse.add(match + " reject");
      return;
    }
    String map =
        IntStream.range(0, endpoints.size())
            .mapToObj(i -> i + " : " + endpoints.get(i).address() + " . " + endpoints.get(i).port())
            .collect(Collectors.joining(", "));
    translate.add(match + mark);
    translate.add(
        match + " dnat to numgen random mod " + endpoints.size() + " map { " + map + " }");
  }

  private static String match(String ip, String address, PlainPort port, int number) {
    return ip + " daddr " + address + " " + port.protocol() + " dport " + number;
  }

  private static String clusterCidr(Topology topology, IpFamily family) {
    return topology.clusterCidrs().stream()
        .filter(cidr -> cidr.family() == family)
        .map(Cidr::toString)
        .findFirst()
        .orElseThrow();
  }

  private static String render(
      String ip, List<String> translate, List<String> refuse, Set<String> hairpins) {
    String hairpin =
        hairpins.isEmpty()
            ? ""
            : "ct status dnat "
                + ip
                + " saddr . "
                + ip
                + " daddr { "
                + String.join(", ", hairpins)
                + " } masquerade\n";
    String nat = String.join("\n", translate) + "\n";
    String filter = "ct state new " + String.join("\nct state new ", refuse) + "\n";
    return Stream.of(
            "table " + ip + " naive\ndelete table " + ip + " naive\ntable " + ip + " naive {",
            "chain pre { type nat hook prerouting priority -100\n" + nat + "}",
            "chain out { type nat hook output priority -100\n" + nat + "}",
            "chain post { type nat hook postrouting priority 100\n"
                + "meta mark and 0x4000 == 0x4000 masquerade\n"
                + hairpin
                + "}",
            "chain in { type filter hook input priority -110\n" + filter + "}",
            "chain forward { type filter hook forward priority -110\n" + filter + "}",
            "chain local { type filter hook output priority -90\n" + filter + "}",
            "}\n")
        .collect(Collectors.joining("\n"));
  }
}
