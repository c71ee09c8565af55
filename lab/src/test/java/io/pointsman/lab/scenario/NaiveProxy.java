package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
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
    for (Manifest service : objects.manifests()) {
      if (!service.key().kind().equals("Service") || isForeign(service)) {
        continue;
      }
      for (JsonNode port : service.at("/spec/ports")) {
        List<String> endpoints = endpoints(objects, service, port, family);
        endpoints.stream()
            .map(one -> one.substring(0, one.indexOf(' ')))
            .forEach(address -> hairpins.add(address + " . " + address));
        String cluster = clusterCidr(topology, family);
        for (String address : addresses(service.at("/spec/clusterIPs"), family)) {
          String match = match(ip, address, port, port.path("port").asInt());
          String mark = " " + ip + " saddr != " + cluster + " meta mark set 0x4000";
          add(translate, refuse, match, mark, endpoints);
        }
        if (port.has("nodePort")) {
          for (InterfaceAddress address : node.addresses()) {
            if (address.family() == family) {
              String match =
                  match(ip, address.address().toString(), port, port.path("nodePort").asInt());
              add(translate, refuse, match, " meta mark set 0x4000", endpoints);
            }
          }
        }
      }
      addresses(service.at("/spec/clusterIPs"), family)
          .forEach(address -> refuse.add(ip + " daddr " + address + " reject"));
    }
    topology.serviceCidrs().stream()
        .filter(cidr -> cidr.family() == family)
        .forEach(cidr -> refuse.add(ip + " daddr " + cidr + " drop"));
    return render(ip, translate, refuse, hairpins);
  }

  private static boolean isForeign(Manifest service) {
    return service.at("/metadata/labels").has("service.kubernetes.io/service-proxy-name");
  }

  private static void add(
      List<String> translate,
      List<String> refuse,
      String match,
      String mark,
      List<String> endpoints) {
    if (endpoints.isEmpty()) {
      refuse.add(match + " reject");
      return;
    }
    String map =
        IntStream.range(0, endpoints.size())
            .mapToObj(i -> i + " : " + endpoints.get(i).replace(" ", " . "))
            .collect(Collectors.joining(", "));
    translate.add(match + mark);
    translate.add(
        match + " dnat to numgen random mod " + endpoints.size() + " map { " + map + " }");
  }

  private static String match(String ip, String address, JsonNode port, int number) {
    String protocol = port.path("protocol").asText().toLowerCase(java.util.Locale.ROOT);
    return ip + " daddr " + address + " " + protocol + " dport " + number;
  }

  private static List<String> addresses(JsonNode texts, IpFamily family) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode text : texts) {
      IpAddress.parse(text.asText())
          .filter(address -> address.family() == family)
          .ifPresent(address -> addresses.add(address.toString()));
    }
    return addresses;
  }

  private static String clusterCidr(Topology topology, IpFamily family) {
    return topology.clusterCidrs().stream()
        .filter(cidr -> cidr.family() == family)
        .map(Cidr::toString)
        .findFirst()
        .orElseThrow();
  }

  /** Ready endpoints as {@code ADDRESS PORT}. */
  private static List<String> endpoints(
      ClusterObjects objects, Manifest service, JsonNode port, IpFamily family) {
    Set<String> found = new TreeSet<>();
    for (Manifest slice : objects.manifests()) {
      if (!slice.key().kind().equals("EndpointSlice")
          || !slice.at("/addressType").asText().equals(family.toString())
          || !slice
              .at("/metadata/labels/kubernetes.io~1service-name")
              .asText()
              .equals(service.key().name())) {
        continue;
      }
      for (JsonNode to : slice.at("/ports")) {
        if (to.path("name").asText().equals(port.path("name").asText(""))) {
          for (JsonNode endpoint : slice.at("/endpoints")) {
            if (endpoint.at("/conditions/ready").asBoolean(true)) {
              found.add(endpoint.at("/addresses/0").asText() + " " + to.path("port").asInt());
            }
          }
        }
      }
    }
    return List.copyOf(found);
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
