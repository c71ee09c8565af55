package io.pointsman.kubernetes;

import static io.pointsman.kubernetes.ObjectConverter.orZero;
import static io.pointsman.kubernetes.ObjectConverter.present;
import static io.pointsman.kubernetes.ObjectConverter.text;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reduces EndpointSlices of the Kubernetes API to the model's record. */
final class SliceConverter {
  /** Marks slices of a headless Service, which no proxy serves. */
  static final String HEADLESS = "service.kubernetes.io/headless";

  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";

  private SliceConverter() {}

  /**
   * An EndpointSlice.
   *
   * @return empty when it belongs to a headless Service, names no Service, or holds host names
   */
  static Optional<EndpointSlice> slice(
      io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice source) {
    ObjectMeta meta = source.getMetadata();
    if (meta == null || ObjectConverter.labels(meta).containsKey(HEADLESS)) {
      return Optional.empty();
    }
    String owner = text(ObjectConverter.labels(meta).get(SERVICE_NAME));
    Optional<IpFamily> family = family(source.getAddressType());
    Optional<ObjectName> name = ObjectConverter.name(meta);
    if (owner.isEmpty() || family.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new EndpointSlice(
            name.get(),
            new ObjectName(name.get().namespace(), owner.intern()),
            family.get(),
            present(source.getPorts()).stream().flatMap(port -> port(port).stream()).toList(),
            present(source.getEndpoints()).stream().flatMap(e -> endpoint(e).stream()).toList(),
            lastChange(meta)));
  }

  private static Optional<IpFamily> family(@Nullable String addressType) {
    return switch (text(addressType)) {
      case "IPv4" -> Optional.of(IpFamily.IPV4);
      case "IPv6" -> Optional.of(IpFamily.IPV6);
      default -> Optional.empty();
    };
  }

  /** A port without a number means "all ports" in the API and nothing to a proxy. */
  private static Optional<EndpointSlice.Port> port(EndpointPort source) {
    int port = orZero(source.getPort());
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    return ObjectConverter.protocol(source.getProtocol())
        .map(protocol -> new EndpointSlice.Port(text(source.getName()).intern(), protocol, port));
  }

  private static Optional<Endpoint> endpoint(
      io.fabric8.kubernetes.api.model.discovery.v1.Endpoint source) {
    List<String> addresses = present(source.getAddresses());
    if (addresses.isEmpty() || addresses.getFirst().isEmpty()) {
      return Optional.empty();
    }
    EndpointConditions conditions =
        Objects.requireNonNullElseGet(source.getConditions(), EndpointConditions::new);
    EndpointHints hints = Objects.requireNonNullElseGet(source.getHints(), EndpointHints::new);
    return Optional.of(
        new Endpoint(
            addresses.getFirst(),
            !Boolean.FALSE.equals(conditions.getReady()),
            !Boolean.FALSE.equals(conditions.getServing()),
            Boolean.TRUE.equals(conditions.getTerminating()),
            text(source.getNodeName()).intern(),
            names(present(hints.getForZones()).stream().map(ForZone::getName).toList()),
            names(present(hints.getForNodes()).stream().map(ForNode::getName).toList())));
  }

  private static List<String> names(List<String> names) {
    return names.isEmpty() ? List.of() : present(names).stream().map(String::intern).toList();
  }

  private static Optional<Instant> lastChange(ObjectMeta meta) {
    return meta.getAnnotations() == null
        ? Optional.empty()
        : ObjectConverter.instant(meta.getAnnotations().get(LAST_CHANGE));
  }
}
