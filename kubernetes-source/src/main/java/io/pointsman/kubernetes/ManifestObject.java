package io.pointsman.kubernetes;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One object of a manifest: read like those of an API server, after which it refuses what an API
 * server would have refused of the fields that a proxy reads, with the place in the file.
 */
final class ManifestObject {
  private static final String DEFAULT_NAMESPACE = "default";
  private static final int LARGEST_PORT = 65_535;
  private static final Set<String> PROTOCOLS = Set.of("", "TCP", "UDP", "SCTP");
  private static final Set<String> POLICIES = Set.of("", "Cluster", "Local");

  private final YamlValue value;

  private ManifestObject(YamlValue value) {
    this.value = value;
  }

  static Optional<Service> service(YamlValue value) {
    ManifestObject object = new ManifestObject(value);
    Optional<Service> service = object.read(in -> ServiceReader.read(in, DEFAULT_NAMESPACE));
    object.checkService();
    return service;
  }

  static Optional<EndpointSlice> slice(YamlValue value) {
    ManifestObject object = new ManifestObject(value);
    Optional<EndpointSlice> slice = object.read(in -> SliceReader.read(in, DEFAULT_NAMESPACE));
    object.checkSlice();
    return slice;
  }

  static Optional<Node> node(YamlValue value) {
    return new ManifestObject(value).read(NodeReader::read);
  }

  static Optional<ServiceCidr> serviceCidr(YamlValue value) {
    return new ManifestObject(value).read(ServiceCidrReader::read);
  }

  private <T> Optional<T> read(Function<JsonInput, ApiObject<T>> reader) {
    try (JsonInput in = JsonInput.of(value.json())) {
      in.next();
      ApiObject<T> object = reader.apply(in);
      object
          .fault()
          .ifPresent(fault -> {
            throw error(fault.path(), fault.problem());
          });
      return object.value();
    } catch (UnreadableException wrong) {
      throw error(wrong.path(), wrong.problem());
    }
  }

  private void checkService() {
    if (present("spec").isEmpty()) {
      throw error(List.of("spec"), "is missing: a Service needs ports");
    }
    oneOf(Set.of("", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"), "spec", "type");
    oneOf(POLICIES, "spec", "internalTrafficPolicy");
    oneOf(POLICIES, "spec", "externalTrafficPolicy");
    oneOf(Set.of("", "None", "ClientIP"), "spec", "sessionAffinity");
    int ports = count("spec", "ports");
    for (int i = 0; i < ports; i++) {
      String item = "[" + i + "]";
      if (present("spec", "ports", item).isEmpty()) {
        throw error(List.of("spec", "ports", item), "is empty: write a port");
      }
      oneOf(PROTOCOLS, "spec", "ports", item, "protocol");
      if (present("spec", "ports", item, "port").isEmpty()) {
        throw error(
            List.of("spec", "ports", item, "port"),
            "is missing: write a number in 1.." + LARGEST_PORT);
      }
      inRange(1, "spec", "ports", item, "port");
      inRange(0, "spec", "ports", item, "nodePort");
    }
  }

  private void checkSlice() {
    if (present("addressType").isEmpty()) {
      throw error(List.of("addressType"), "is missing: write IPv4 or IPv6");
    }
    oneOf(Set.of("IPv4", "IPv6", "FQDN"), "addressType");
    int ports = count("ports");
    for (int i = 0; i < ports; i++) {
      String item = "[" + i + "]";
      if (present("ports", item).isEmpty()) {
        throw error(List.of("ports", item), "is empty: write a port");
      }
      oneOf(PROTOCOLS, "ports", item, "protocol");
      inRange(1, "ports", item, "port");
    }
    int endpoints = count("endpoints");
    for (int i = 0; i < endpoints; i++) {
      String item = "[" + i + "]";
      boolean addressed =
          present("endpoints", item, "addresses").stream()
              .flatMap(addresses -> addresses.items().stream())
              .anyMatch(address -> !address.isNull());
      if (!addressed) {
        throw error(List.of("endpoints", item, "addresses"), "is missing: write one address");
      }
    }
  }

  /** The value at a path, when it is there and not null. */
  private Optional<YamlValue> present(String... path) {
    return value.at(List.of(path)).filter(found -> !found.isNull());
  }

  private int count(String... path) {
    return present(path).map(list -> list.items().size()).orElse(0);
  }

  private void oneOf(Set<String> known, String... path) {
    String text = present(path).flatMap(YamlValue::text).orElse("");
    if (!known.contains(text)) {
      List<String> names = known.stream().filter(name -> !name.isEmpty()).sorted().toList();
      throw error(List.of(path), "is '" + text + "', which is none of " + String.join(", ", names));
    }
  }

  private void inRange(int least, String... path) {
    int number = present(path).map(YamlValue::number).map(n -> n.orElse(least)).orElse(least);
    if (number < least || number > LARGEST_PORT) {
      throw error(
          List.of(path), "is " + number + ", which is outside " + least + ".." + LARGEST_PORT);
    }
  }

  /** {@code FILE:LINE:COLUMN: FIELD problem}, at the nearest place that exists. */
  private ManifestException error(List<String> path, String problem) {
    String field = UnreadableException.written(path);
    return value.nearest(path).error((field.isEmpty() ? "" : field + ": ") + problem);
  }
}
