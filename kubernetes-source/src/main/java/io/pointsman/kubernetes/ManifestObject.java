package io.pointsman.kubernetes;

import static io.pointsman.kubernetes.ObjectConverter.text;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * One object of a manifest: refuses what the API server would refuse of the fields a proxy reads,
 * with the place in the file, and hands the rest to the converters.
 */
final class ManifestObject {
  /** Stateless after it is built. A text is no number here and a number no text, as in the API. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .withCoercionConfig(
              LogicalType.Textual,
              texts ->
                  texts
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private static final Set<String> PROTOCOLS = Set.of("", "TCP", "UDP", "SCTP");
  private static final Set<String> POLICIES = Set.of("", "Cluster", "Local");

  private final YamlValue value;

  private ManifestObject(YamlValue value) {
    this.value = value;
  }

  static Optional<Service> service(YamlValue value) {
    ManifestObject object = new ManifestObject(value);
    var source = object.bind(io.fabric8.kubernetes.api.model.Service.class);
    object.checkService(source);
    return object.convert(source, ObjectConverter::service);
  }

  static Optional<EndpointSlice> slice(YamlValue value) {
    ManifestObject object = new ManifestObject(value);
    var source = object.bind(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice.class);
    object.checkSlice(source);
    return object.convert(source, SliceConverter::slice);
  }

  static Optional<Node> node(YamlValue value) {
    return ObjectConverter.node(
        new ManifestObject(value).bind(io.fabric8.kubernetes.api.model.Node.class));
  }

  static Optional<ServiceCidr> serviceCidr(YamlValue value) {
    return ObjectConverter.serviceCidr(new ManifestObject(value).bind(ServiceCIDR.class));
  }

  private <S extends HasMetadata, T> Optional<T> convert(
      S source, Function<S, Optional<T>> converter) {
    if (text(source.getMetadata().getNamespace()).isEmpty()) {
      source.getMetadata().setNamespace("default");
    }
    return converter.apply(source);
  }

  private <S> S bind(Class<S> type) {
    try {
      return MAPPER.convertValue(value.plain(), type);
    } catch (JacksonException wrong) {
      List<String> path = new ArrayList<>();
      for (JacksonException.Reference step : wrong.getPath()) {
        path.add(
            step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName());
      }
      throw error(path, expectation(wrong));
    }
  }

  private static String expectation(JacksonException wrong) {
    if (wrong instanceof MismatchedInputException mismatch) {
      Class<?> type = mismatch.getTargetType();
      if (type == Integer.class || type == Long.class) {
        return "a whole number is expected";
      } else if (type == Boolean.class) {
        return "true or false is expected";
      } else if (type == String.class) {
        return "a text is expected: put it in quotes";
      } else if (type != null && List.class.isAssignableFrom(type)) {
        return "a list is expected";
      } else if (type != null) {
        return "a mapping is expected";
      }
    }
    return "cannot be read: " + wrong.getOriginalMessage().lines().findFirst().orElse("");
  }

  private void checkService(io.fabric8.kubernetes.api.model.Service source) {
    var spec = source.getSpec();
    if (spec == null) {
      throw error(List.of("spec"), "is missing: a Service needs ports");
    }
    oneOf(
        Set.of("", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        spec.getType(),
        "spec",
        "type");
    oneOf(POLICIES, spec.getInternalTrafficPolicy(), "spec", "internalTrafficPolicy");
    oneOf(POLICIES, spec.getExternalTrafficPolicy(), "spec", "externalTrafficPolicy");
    oneOf(Set.of("", "None", "ClientIP"), spec.getSessionAffinity(), "spec", "sessionAffinity");
    var ports = spec.getPorts();
    for (int i = 0; i < ports.size(); i++) {
      String item = "[" + i + "]";
      var port = ports.get(i);
      if (port == null) {
        throw error(List.of("spec", "ports", item), "is empty: write a port");
      }
      oneOf(PROTOCOLS, port.getProtocol(), "spec", "ports", item, "protocol");
      inRange(1, port.getPort(), "spec", "ports", item, "port");
      if (port.getNodePort() != null) {
        inRange(0, port.getNodePort(), "spec", "ports", item, "nodePort");
      }
    }
  }

  private void checkSlice(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice source) {
    if (source.getAddressType() == null) {
      throw error(List.of("addressType"), "is missing: write IPv4 or IPv6");
    }
    oneOf(Set.of("IPv4", "IPv6", "FQDN"), source.getAddressType(), "addressType");
    var ports = source.getPorts();
    for (int i = 0; i < ports.size(); i++) {
      String item = "[" + i + "]";
      var port = ports.get(i);
      if (port == null) {
        throw error(List.of("ports", item), "is empty: write a port");
      }
      oneOf(PROTOCOLS, port.getProtocol(), "ports", item, "protocol");
      if (port.getPort() != null) {
        inRange(1, port.getPort(), "ports", item, "port");
      }
    }
    var endpoints = source.getEndpoints();
    for (int i = 0; i < endpoints.size(); i++) {
      if (endpoints.get(i) == null
          || ObjectConverter.present(endpoints.get(i).getAddresses()).isEmpty()) {
        throw error(
            List.of("endpoints", "[" + i + "]", "addresses"), "is missing: write one address");
      }
    }
  }

  private void oneOf(Set<String> known, @Nullable String text, String... path) {
    if (!known.contains(text(text))) {
      List<String> names = known.stream().filter(name -> !name.isEmpty()).sorted().toList();
      throw error(List.of(path), "is '" + text + "', which is none of " + String.join(", ", names));
    }
  }

  private void inRange(int least, @Nullable Integer number, String... path) {
    if (number == null) {
      throw error(List.of(path), "is missing: write a number in " + least + "..65535");
    }
    if (number < least || number > 65_535) {
      throw error(List.of(path), "is " + number + ", which is outside " + least + "..65535");
    }
  }

  /** {@code FILE:LINE:COLUMN: FIELD problem}, at the nearest place that exists. */
  private ManifestException error(List<String> path, String problem) {
    String field = String.join(".", path).replace(".[", "[");
    return value.nearest(path).error((field.isEmpty() ? "" : field + ": ") + problem);
  }
}
