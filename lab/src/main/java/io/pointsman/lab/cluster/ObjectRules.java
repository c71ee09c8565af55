package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a cluster does not take, as pure functions of the objects that it has. */
final class ObjectRules {
  /** The kube-apiserver's default for {@code --service-node-port-range}. */
  static final int FIRST_NODE_PORT = 30_000;

  static final int LAST_NODE_PORT = 32_767;

  private final List<String> nodes;
  private final Ranges ranges;
  private final ClusterObjects objects;

  ObjectRules(List<String> nodes, Ranges ranges, ClusterObjects objects) {
    this.nodes = nodes;
    this.ranges = ranges;
    this.objects = objects;
  }

  /** Why an object cannot be taken beside the others; empty when it can. */
  Optional<String> objection(Manifest object) {
    try {
      ObjectRef.of(object.json());
    } catch (IllegalArgumentException unknown) {
      return Optional.of(
          "the lab has no use for kind '"
              + object.key().kind()
              + "' of apiVersion '"
              + object.at("/apiVersion").asText()
              + "'");
    }
    return switch (object.key().kind()) {
      case "Pod" -> ofPod(object);
      case "Service" -> ofService(object);
      default -> Optional.empty();
    };
  }

  private Optional<String> ofPod(Manifest pod) {
    String node = pod.at("/spec/nodeName").asText();
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!nodes.contains(node)) {
      return Optional.of("there is no node '" + node + "'; there are " + String.join(", ", nodes));
    }
    for (int port : hostPorts(pod).toList()) {
      Optional<Manifest> other = mapping(node, port).filter(one -> !one.key().equals(pod.key()));
      if (other.isPresent()) {
        return Optional.of(
            "port " + port + " of " + node + " is already mapped to " + other.get().key());
      }
    }
    return Optional.empty();
  }

  private Optional<Manifest> mapping(String node, int port) {
    return ofKind("Pod")
        .filter(pod -> pod.at("/spec/nodeName").asText().equals(node))
        .filter(pod -> hostPorts(pod).anyMatch(one -> one == port))
        .findFirst();
  }

  /** Ports of its node that lead to a pod, TCP. */
  static Stream<Integer> hostPorts(Manifest pod) {
    return each(pod.at("/spec/containers"))
        .flatMap(container -> each(container.path("ports")))
        .map(port -> port.path("hostPort").asInt())
        .filter(port -> port > 0);
  }

  private Optional<String> ofService(Manifest service) {
    return each(service.at("/spec/ports"))
        .map(port -> port.path("nodePort"))
        .filter(JsonNode::isNumber)
        .flatMap(port -> ofNodePort(service, port.asInt()).stream())
        .findFirst()
        .or(() -> ofAddresses(service));
  }

  private Optional<String> ofNodePort(Manifest service, int port) {
    if (port < FIRST_NODE_PORT || port > LAST_NODE_PORT) {
      return Optional.of(
          "nodePort "
              + port
              + " is not in the valid range; the range of valid ports is "
              + FIRST_NODE_PORT
              + "-"
              + LAST_NODE_PORT);
    }
    return other(
            service,
            one -> each(one.at("/spec/ports")).anyMatch(at -> at.path("nodePort").asInt() == port))
        .map(other -> "nodePort " + port + " is already allocated to " + other.key());
  }

  private Optional<String> ofAddresses(Manifest service) {
    for (String text : addresses(service).toList()) {
      Optional<IpAddress> address = IpAddress.parse(text);
      if (address.isEmpty()) {
        return Optional.of("clusterIP '" + text + "' is no address");
      }
      if (ranges.services().stream().noneMatch(range -> range.contains(address.get()))) {
        return Optional.of(
            "clusterIP " + text + " is not in the range of Services, " + ranges.services());
      }
      Optional<Manifest> other =
          other(service, one -> addresses(one).anyMatch(taken -> taken.equals(text)));
      if (other.isPresent()) {
        return Optional.of("clusterIP " + text + " is already allocated to " + other.get().key());
      }
    }
    return Optional.empty();
  }

  private Optional<Manifest> other(Manifest service, Function<Manifest, Boolean> has) {
    return ofKind("Service")
        .filter(one -> !one.key().equals(service.key()))
        .filter(has::apply)
        .findFirst();
  }

  /** The addresses that a Service asks for or has. */
  static Stream<String> addresses(Manifest service) {
    return Stream.concat(
            Stream.of(service.at("/spec/clusterIP").asText()),
            each(service.at("/spec/clusterIPs")).map(JsonNode::asText))
        .filter(text -> !text.isEmpty() && !text.equals("None"))
        .distinct();
  }

  private Stream<Manifest> ofKind(String kind) {
    return objects.manifests().stream().filter(one -> one.key().kind().equals(kind));
  }

  static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
