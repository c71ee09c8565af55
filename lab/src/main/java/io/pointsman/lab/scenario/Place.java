package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Topology;
import io.pointsman.lab.packet.Destination;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where packets go, by name: {@code web:80} (the ClusterIPs of a Service), {@code web.vip:80},
 * {@code web.external:80}, {@code A:30001} (the primary addresses of a node), {@code
 * A.second:30001}, {@code A.pods:30001} (its addresses in the pod network), {@code a1:8080} (a
 * pod), {@code localhost:30001}, or an address; {@code /udp} behind it, and {@code .v4} or {@code
 * .v6} behind the name for one family alone. A name stands for its addresses of both families.
 *
 * @param host name or address
 * @param which {@code vip}, {@code external}, {@code second}, {@code pods}, or nothing
 * @param family the one family that is meant
 * @param port 1..65535
 */
public record Place(
    String host, String which, Optional<IpFamily> family, int port, Protocol protocol) {
  private static final Pattern NAMED =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9/-]*)(?:\\.(vip|external|second|pods))?(?:\\.v([46]))?"
              + ":(\\d{1,5})(?:/(tcp|udp))?");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException naming the text when it is none
   */
  static Place of(String text) {
    Matcher named = NAMED.matcher(text);
    if (!named.matches()) {
      Destination plain = Destination.of(text);
      return new Place(
          plain.address().toString(), "", Optional.empty(), plain.port(), plain.protocol());
    }
    Optional<IpFamily> family =
        Optional.ofNullable(named.group(3))
            .map(digit -> digit.equals("4") ? IpFamily.IPV4 : IpFamily.IPV6);
    return new Place(
        named.group(1),
        Optional.ofNullable(named.group(2)).orElse(""),
        family,
        Integer.parseInt(named.group(4)),
        Protocol.named(Optional.ofNullable(named.group(5)).orElse("tcp")).orElseThrow());
  }

  /**
   * The destinations that this stands for at the moment.
   *
   * @throws ScenarioException when it stands for none
   */
  List<Destination> resolve(Topology topology, ClusterObjects objects) {
    List<Destination> found =
        addresses(topology, objects)
            .filter(address -> family.isEmpty() || family.get() == address.family())
            .map(address -> new Destination(address, port, protocol))
            .toList();
    if (found.isEmpty()) {
      throw new ScenarioException(
          "'"
              + host
              + (which.isEmpty() ? "" : "." + which)
              + "' has no address here; name a Service, node, pod, localhost or an address");
    }
    return found;
  }

  private Stream<IpAddress> addresses(Topology topology, ClusterObjects objects) {
    Optional<IpAddress> plain = IpAddress.parse(host);
    if (plain.isPresent()) {
      return plain.stream();
    }
    if (host.equals("localhost")) {
      return Stream.of("127.0.0.1", "::1").map(IpAddress::of);
    }
    Optional<Topology.Node> node = topology.node(host);
    if (node.isPresent()) {
      return ofNode(node.get()).stream().map(InterfaceAddress::address);
    }
    Optional<Topology.Pod> pod =
        topology.pods().stream().filter(one -> one.name().equals(host)).findFirst();
    return pod.isPresent()
        ? pod.get().addresses().stream()
        : objects.get(ObjectKey.of("svc/" + host)).stream().flatMap(this::ofService);
  }

  private List<InterfaceAddress> ofNode(Topology.Node node) {
    return switch (which) {
      case "second" -> node.moreAddresses();
      case "pods" -> node.podGateways();
      default -> node.addresses();
    };
  }

  private Stream<IpAddress> ofService(Manifest service) {
    Stream<String> texts =
        switch (which) {
          case "vip" ->
              items(service.at("/status/loadBalancer/ingress")).map(one -> one.path("ip").asText());
          case "external" -> items(service.at("/spec/externalIPs")).map(JsonNode::asText);
          default -> items(service.at("/spec/clusterIPs")).map(JsonNode::asText);
        };
    return texts.flatMap(text -> IpAddress.parse(text).stream());
  }

  private static Stream<JsonNode> items(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
