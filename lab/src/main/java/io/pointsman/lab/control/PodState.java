package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import io.pointsman.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a Pod decides about its endpoints and its Deployment.
 *
 * @param owner uid of its controller; empty for a pod of nobody
 * @param node name of its node; empty until it has one
 * @param addresses its addresses; none until it runs
 * @param ended true when its containers have ended for good
 * @param ready its condition {@code Ready}
 * @param terminating true once its deletion was asked for
 * @param created its creationTimestamp
 */
record PodState(
    ObjectKey key,
    String uid,
    String owner,
    Map<String, String> labels,
    String node,
    List<IpAddress> addresses,
    boolean ended,
    boolean ready,
    boolean terminating,
    String created,
    String hostname,
    String subdomain,
    NamedPorts ports) {
  PodState {
    labels = Map.copyOf(labels);
    addresses = List.copyOf(addresses);
  }

  static PodState of(Manifest pod) {
    String phase = pod.at("/status/phase").asText();
    return new PodState(
        pod.key(),
        pod.at("/metadata/uid").asText(),
        owner(pod),
        texts(pod.at("/metadata/labels")),
        pod.at("/spec/nodeName").asText(),
        addresses(pod.at("/status")),
        phase.equals("Succeeded") || phase.equals("Failed"),
        isReady(pod.at("/status/conditions")),
        !pod.at("/metadata/deletionTimestamp").isMissingNode(),
        pod.at("/metadata/creationTimestamp").asText(),
        pod.at("/spec/hostname").asText(),
        pod.at("/spec/subdomain").asText(),
        NamedPorts.of(pod));
  }

  private static String owner(Manifest pod) {
    for (JsonNode reference : pod.at("/metadata/ownerReferences")) {
      if (reference.path("controller").asBoolean()) {
        return reference.path("uid").asText();
      }
    }
    return "";
  }

  private static List<IpAddress> addresses(JsonNode status) {
    List<IpAddress> addresses = new ArrayList<>();
    status
        .path("podIPs")
        .forEach(one -> IpAddress.parse(one.path("ip").asText()).ifPresent(addresses::add));
    if (addresses.isEmpty()) {
      IpAddress.parse(status.path("podIP").asText()).ifPresent(addresses::add);
    }
    return addresses;
  }

  private static boolean isReady(JsonNode conditions) {
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** An object of texts, such as labels, as a map. */
  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object.properties().forEach(one -> texts.put(one.getKey(), one.getValue().asText()));
    return texts;
  }

  /** Its address of a family. */
  Optional<IpAddress> address(String family) {
    return addresses.stream().filter(one -> one.family().toString().equals(family)).findFirst();
  }

  /** True when it is up or coming up, and nobody asked for its end. */
  boolean isActive() {
    return !ended && !terminating;
  }

  /** True when it has all of these labels. */
  boolean has(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }
}
