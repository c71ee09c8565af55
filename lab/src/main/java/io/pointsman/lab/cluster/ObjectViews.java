package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.cluster.ClusterView.PodView;
import io.pointsman.lab.cluster.ClusterView.ServiceView;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Objects of the API as people read them. Pure. */
final class ObjectViews {
  private final ClusterObjects objects;
  private final Map<String, String> failures;

  /**
   * @param failures why pods do not start, by their places
   */
  ObjectViews(ClusterObjects objects, Map<String, String> failures) {
    this.objects = objects;
    this.failures = Map.copyOf(failures);
  }

  List<PodView> pods() {
    return ofKind("Pod").map(this::pod).toList();
  }

  private PodView pod(Manifest pod) {
    String place = CniPods.place(pod);
    return new PodView(
        place,
        pod.at("/spec/nodeName").asText(),
        addresses(pod).toList(),
        state(pod, failures.getOrDefault(place, "")),
        PodImage.of(pod).toString());
  }

  private static String state(Manifest pod, String failure) {
    if (!pod.at("/metadata/deletionTimestamp").isMissingNode()) {
      return "terminating";
    }
    if (!failure.isEmpty()) {
      return failure;
    }
    if (isReady(pod)) {
      return "ready";
    }
    return pod.at("/spec/nodeName").asText().isEmpty() ? "waits for a node" : "not ready";
  }

  static boolean isReady(Manifest pod) {
    return ObjectRules.each(pod.at("/status/conditions"))
        .anyMatch(condition ->
            condition.path("type").asText().equals("Ready")
                && condition.path("status").asText().equals("True"));
  }

  private static Stream<String> addresses(Manifest pod) {
    return Stream.concat(
            ObjectRules.each(pod.at("/status/podIPs")).map(one -> one.path("ip").asText()),
            Stream.of(pod.at("/status/podIP").asText()))
        .filter(text -> !text.isEmpty())
        .distinct();
  }

  List<ServiceView> services() {
    Map<String, String> places = new HashMap<>();
    ofKind("Pod")
        .filter(pod -> !pod.at("/spec/hostNetwork").asBoolean())
        .forEach(pod -> addresses(pod).forEach(one -> places.put(one, CniPods.place(pod))));
    return ofKind("Service").map(service -> service(service, places)).toList();
  }

  private ServiceView service(Manifest service, Map<String, String> places) {
    String namespace = service.key().namespace();
    String name = service.key().name();
    String type = service.at("/spec/type").asText("ClusterIP");
    return new ServiceView(
        namespace.equals("default") ? name : namespace + "/" + name,
        service.at("/spec/clusterIP").asText().equals("None") ? "headless" : type,
        Stream.of(
                ObjectRules.addresses(service),
                ServiceAddresses.balancerAddresses(service),
                ObjectRules.each(service.at("/spec/externalIPs")).map(JsonNode::asText))
            .flatMap(texts -> texts)
            .toList(),
        ObjectRules.each(service.at("/spec/ports")).map(ObjectViews::port).toList(),
        endpoints(service).map(one -> places.getOrDefault(one, one)).distinct().toList());
  }

  private static String port(JsonNode port) {
    int node = port.path("nodePort").asInt();
    return port.path("port").asInt()
        + (node > 0 ? ":" + node : "")
        + "→"
        + port.path("targetPort").asText(port.path("port").asText())
        + "/"
        + port.path("protocol").asText("TCP");
  }

  private Stream<String> endpoints(Manifest service) {
    return ofKind("EndpointSlice")
        .filter(slice ->
            slice.key().namespace().equals(service.key().namespace())
                && slice
                    .at("/metadata/labels/kubernetes.io~1service-name")
                    .asText()
                    .equals(service.key().name()))
        .flatMap(slice -> ObjectRules.each(slice.at("/endpoints")))
        .filter(endpoint -> endpoint.at("/conditions/ready").asBoolean(true))
        .flatMap(endpoint -> ObjectRules.each(endpoint.path("addresses")))
        .map(JsonNode::asText);
  }

  private Stream<Manifest> ofKind(String kind) {
    return objects.manifests().stream().filter(one -> one.key().kind().equals(kind));
  }
}
