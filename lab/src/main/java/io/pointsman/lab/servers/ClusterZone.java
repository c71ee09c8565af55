package io.pointsman.lab.servers;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The zone of a cluster as a master file (RFC 1035, section 5), by the Kubernetes document
 * "DNS-Based Service Discovery", version 1.1.0: Services, their named ports, the endpoints of
 * headless ones, and pods by their addresses. Reverse names are not made.
 */
public final class ClusterZone {
  /** The cluster's domain. */
  public static final String DOMAIN = "cluster.local";

  private static final int SECONDS_TO_LIVE = 5;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DOMAIN_NAME =
      Pattern.compile(LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");

  private final ClusterObjects objects;

  /** Sorted, and each once: Services may share an endpoint. */
  private final TreeSet<String> records = new TreeSet<>();

  private ClusterZone(ClusterObjects objects) {
    this.objects = objects;
  }

  /**
   * The whole zone. Objects whose names are no DNS names are left out.
   *
   * @param serial the zone's serial number, 32 bits without sign, greater for each later version
   */
  public static String of(ClusterObjects objects, long serial) {
    ClusterZone zone = new ClusterZone(objects);
    zone.ofKind("Service").forEach(zone::service);
    zone.ofKind("Pod").forEach(zone::pod);
    String head =
        """
        $ORIGIN %s.
        $TTL %d
        @ SOA ns.dns hostmaster %d 7200 1800 86400 %d
        @ NS ns.dns
        dns-version TXT "1.1.0"
        """
            .formatted(DOMAIN, SECONDS_TO_LIVE, serial, SECONDS_TO_LIVE);
    return head + String.join("", zone.records);
  }

  private Stream<Manifest> ofKind(String kind) {
    return objects.manifests().stream().filter(one -> one.key().kind().equals(kind));
  }

  private void service(Manifest service) {
    String namespace = service.key().namespace();
    if (!isLabel(service.key().name()) || !isLabel(namespace)) {
      return;
    }
    String name = service.key().name() + "." + namespace + ".svc";
    JsonNode spec = service.at("/spec");
    if (spec.path("type").asText().equals("ExternalName")) {
      String target = spec.path("externalName").asText();
      if (DOMAIN_NAME.matcher(target).matches()) {
        add(name, "CNAME", target + ".");
      }
    } else if (spec.path("clusterIP").asText().equals("None")) {
      headless(service, name);
    } else {
      List<IpAddress> addresses =
          spec.has("clusterIPs")
              ? addresses(each(spec.path("clusterIPs")))
              : addresses(Stream.of(spec.path("clusterIP")));
      addresses.forEach(address -> address(name, address));
      if (!addresses.isEmpty()) {
        each(spec.path("ports")).forEach(port -> port(name, port, name));
      }
      if (service.key().name().equals("kube-dns") && namespace.equals("kube-system")) {
        addresses.forEach(address -> address("ns.dns", address));
      }
    }
  }

  /** One name for all ready endpoints, and one for each. */
  private void headless(Manifest service, String name) {
    boolean all = service.at("/spec/publishNotReadyAddresses").asBoolean(false);
    ofKind("EndpointSlice")
        .filter(slice -> slice.key().namespace().equals(service.key().namespace()))
        .filter(slice ->
            slice
                .at("/metadata/labels/kubernetes.io~1service-name")
                .asText()
                .equals(service.key().name()))
        .forEach(slice ->
            each(slice.at("/endpoints"))
                .filter(endpoint -> all || endpoint.at("/conditions/ready").asBoolean(true))
                .forEach(endpoint -> endpoint(name, endpoint, slice.at("/ports"))));
  }

  private void endpoint(String service, JsonNode endpoint, JsonNode ports) {
    for (IpAddress address : addresses(each(endpoint.path("addresses")))) {
      String host = endpoint.path("hostname").asText();
      String name = (isLabel(host) ? host : dashed(address)) + "." + service;
      address(service, address);
      address(name, address);
      each(ports).forEach(port -> port(service, port, name));
    }
  }

  private void port(String service, JsonNode port, String target) {
    String name = port.path("name").asText();
    String protocol = port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT);
    if (isLabel(name) && isLabel(protocol) && port.path("port").isInt()) {
      add(
          "_" + name + "._" + protocol + "." + service,
          "SRV",
          "0 100 " + port.path("port").asInt() + " " + target);
    }
  }

  private void pod(Manifest pod) {
    if (isLabel(pod.key().namespace())) {
      Stream<JsonNode> addresses =
          Stream.concat(
              Stream.of(pod.at("/status/podIP")),
              each(pod.at("/status/podIPs")).map(one -> one.path("ip")));
      addresses(addresses)
          .forEach(
              address -> address(dashed(address) + "." + pod.key().namespace() + ".pod", address));
    }
  }

  private void address(String name, IpAddress address) {
    add(name, address.family() == IpFamily.IPV4 ? "A" : "AAAA", address.toString());
  }

  private void add(String name, String type, String data) {
    records.add(name + " " + type + " " + data + "\n");
  }

  private static List<IpAddress> addresses(Stream<JsonNode> texts) {
    return texts.map(text -> IpAddress.parse(text.asText())).flatMap(Optional::stream).toList();
  }

  private static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static boolean isLabel(String name) {
    return LABEL.matcher(name).matches();
  }

  private static String dashed(IpAddress address) {
    return address.toString().replace('.', '-').replace(':', '-');
  }
}
