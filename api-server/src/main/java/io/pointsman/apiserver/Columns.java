package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What {@code kubectl get} shows of each kind, between name and age, or behind with -o wide. */
final class Columns {
  /**
   * @param wide true for one that is shown with {@code -o wide} only
   */
  record Column(String name, boolean wide, Function<JsonNode, String> value) {}

  private static final String NONE = "<none>";

  private Columns() {}

  static List<Column> of(Resource resource) {
    return switch (resource.kind()) {
      case "Service" -> services();
      case "Pod" -> pods();
      case "Node" ->
          List.of(
              column("Status", Columns::nodeStatus),
              wide("Internal-IP", node -> listed(node.at("/status/addresses"), "address")));
      case "Namespace" -> List.of(column("Status", one -> text(one, "/status/phase", "Active")));
      case "Deployment" -> deployments();
      case "ReplicaSet" ->
          List.of(
              column("Desired", one -> text(one, "/spec/replicas", "1")),
              column("Current", one -> text(one, "/status/replicas", "0")),
              column("Ready", one -> text(one, "/status/readyReplicas", "0")));
      case "EndpointSlice" ->
          List.of(
              column("AddressType", one -> text(one, "/addressType", NONE)),
              column("Ports", one -> listed(one.at("/ports"), "port")),
              column("Endpoints", Columns::endpoints));
      case "Ingress" ->
          List.of(
              column("Class", one -> text(one, "/spec/ingressClassName", NONE)),
              column("Hosts", one -> orElse(listed(one.at("/spec/rules"), "host"), "*")),
              column("Address", one -> addresses(one, "")),
              column("Ports", one -> one.at("/spec/tls").isEmpty() ? "80" : "80, 443"));
      case "ServiceCIDR" -> List.of(column("CIDRs", one -> joined(one.at("/spec/cidrs"))));
      case "Event" ->
          List.of(
              column("Type", one -> text(one, "/type", NONE)),
              column("Reason", one -> text(one, "/reason", NONE)),
              column("Message", one -> text(one, "/message", text(one, "/note", NONE))));
      default -> List.of();
    };
  }

  private static List<Column> services() {
    return List.of(
        column("Type", service -> text(service, "/spec/type", "ClusterIP")),
        column("Cluster-IP", service -> text(service, "/spec/clusterIP", NONE)),
        column(
            "External-IP",
            service -> {
              String own = joined(service.at("/spec/externalIPs"));
              String given = addresses(service, own);
              return orElse(given, text(service, "/spec/externalName", NONE));
            }),
        column(
            "Port(s)",
            service ->
                orElse(
                    stream(service.at("/spec/ports"))
                        .map(Columns::servicePort)
                        .collect(Collectors.joining(",")),
                    NONE)),
        wide("Selector", service -> labels(service.at("/spec/selector"))));
  }

  private static String servicePort(JsonNode port) {
    String nodePort = port.has("nodePort") ? ":" + port.path("nodePort").asText() : "";
    return port.path("port").asText() + nodePort + "/" + port.path("protocol").asText("TCP");
  }

  private static List<Column> pods() {
    return List.of(
        column(
            "Ready",
            pod -> {
              List<JsonNode> states = stream(pod.at("/status/containerStatuses")).toList();
              long ready = states.stream().filter(one -> one.path("ready").asBoolean()).count();
              return ready + "/" + pod.at("/spec/containers").size();
            }),
        column("Status", Columns::podStatus),
        column(
            "Restarts",
            pod ->
                Integer.toString(
                    stream(pod.at("/status/containerStatuses"))
                        .mapToInt(one -> one.path("restartCount").asInt())
                        .sum())),
        wide("IP", pod -> text(pod, "/status/podIP", NONE)),
        wide("Node", pod -> text(pod, "/spec/nodeName", NONE)));
  }

  private static String podStatus(JsonNode pod) {
    if (pod.path("metadata").has("deletionTimestamp")) {
      return "Terminating";
    }
    return stream(pod.at("/status/containerStatuses"))
        .map(one -> one.at("/state/waiting/reason").asText())
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .orElseGet(() -> text(pod, "/status/phase", "Pending"));
  }

  private static String nodeStatus(JsonNode node) {
    String ready =
        stream(node.at("/status/conditions"))
            .filter(one -> one.path("type").asText().equals("Ready"))
            .map(one -> one.path("status").asText().equals("True") ? "Ready" : "NotReady")
            .findFirst()
            .orElse("Unknown");
    return node.at("/spec/unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
  }

  private static List<Column> deployments() {
    return List.of(
        column(
            "Ready",
            one ->
                text(one, "/status/readyReplicas", "0") + "/" + text(one, "/spec/replicas", "1")),
        column("Up-to-date", one -> text(one, "/status/updatedReplicas", "0")),
        column("Available", one -> text(one, "/status/availableReplicas", "0")),
        wide("Containers", one -> listed(one.at("/spec/template/spec/containers"), "name")),
        wide("Images", one -> listed(one.at("/spec/template/spec/containers"), "image")),
        wide("Selector", one -> labels(one.at("/spec/selector/matchLabels"))));
  }

  /** A few of a slice's addresses, and how many more there are. */
  private static String endpoints(JsonNode slice) {
    int shown = 3;
    List<String> all = new ArrayList<>();
    slice.at("/endpoints").forEach(one -> all.add(one.at("/addresses/0").asText()));
    if (all.isEmpty()) {
      return "<unset>";
    }
    return all.size() <= shown
        ? String.join(",", all)
        : String.join(",", all.subList(0, shown)) + " + " + (all.size() - shown) + " more...";
  }

  /** Addresses of a load balancer, with others before them. */
  private static String addresses(JsonNode object, String before) {
    return Stream.concat(
            Stream.of(before),
            stream(object.at("/status/loadBalancer/ingress"))
                .map(one -> one.path("ip").asText(one.path("hostname").asText())))
        .filter(one -> !one.isEmpty())
        .collect(Collectors.joining(","));
  }

  private static String labels(JsonNode labels) {
    return orElse(
        labels.properties().stream()
            .map(label -> label.getKey() + "=" + label.getValue().asText())
            .sorted()
            .collect(Collectors.joining(",")),
        NONE);
  }

  private static String listed(JsonNode list, String field) {
    return stream(list)
        .map(one -> one.path(field).asText())
        .filter(one -> !one.isEmpty())
        .collect(Collectors.joining(","));
  }

  private static String joined(JsonNode list) {
    return stream(list).map(JsonNode::asText).collect(Collectors.joining(","));
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static String text(JsonNode object, String pointer, String fallback) {
    return orElse(object.at(pointer).asText(), fallback);
  }

  private static String orElse(String text, String fallback) {
    return text.isEmpty() ? fallback : text;
  }

  private static Column column(String name, Function<JsonNode, String> value) {
    return new Column(name, false, value);
  }

  private static Column wide(String name, Function<JsonNode, String> value) {
    return new Column(name, true, value);
  }
}
