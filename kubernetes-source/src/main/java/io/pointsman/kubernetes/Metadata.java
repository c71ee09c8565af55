package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** What a proxy needs of {@code metadata}, filled in while it is read. */
final class Metadata {
  /** Hides a Service from this proxy, whatever its value (KEP-2447). */
  static final String SERVICE_PROXY_NAME = "service.kubernetes.io/service-proxy-name";

  /** Marks slices of a headless Service, which no proxy serves. */
  static final String HEADLESS = "service.kubernetes.io/headless";

  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";

  private final String absentNamespace;
  private String namespace = "";
  private String name = "";
  private String version = "";
  private String created = "";
  private String lastChange = "";
  private String service = "";
  private String zone = "";
  private boolean beingDeleted;
  private boolean forAnotherProxy;
  private boolean headless;

  /**
   * @param absentNamespace stands for a namespace that is missing
   */
  Metadata(String absentNamespace) {
    this.absentNamespace = absentNamespace;
  }

  void read(JsonInput in) {
    in.fields(field -> {
      switch (field) {
        case "namespace" -> namespace = in.identity();
        case "name" -> name = in.identity();
        case "resourceVersion" -> version = in.text();
        case "creationTimestamp" -> created = in.text();
        case "deletionTimestamp" -> beingDeleted = !in.absent();
        case "labels" -> in.fields(label -> label(label, in));
        case "annotations" -> in.fields(annotation -> annotation(annotation, in));
        default -> {}
      }
    });
  }

  private void label(String label, JsonInput in) {
    switch (label) {
      case SERVICE_PROXY_NAME -> forAnotherProxy = true;
      case HEADLESS -> headless = true;
      case SERVICE_NAME -> service = in.shared();
      case ZONE -> zone = in.shared();
      default -> {}
    }
  }

  private void annotation(String annotation, JsonInput in) {
    if (annotation.equals(LAST_CHANGE)) {
      lastChange = in.text();
    }
  }

  /** Namespace and name, each possibly empty. */
  ObjectName name() {
    return new ObjectName(namespace.isEmpty() ? absentNamespace : namespace, name);
  }

  String version() {
    return version;
  }

  /** Label {@code kubernetes.io/service-name}; may be empty. */
  String service() {
    return service;
  }

  /** Label {@code topology.kubernetes.io/zone}; may be empty. */
  String zone() {
    return zone;
  }

  /** Has a deletion timestamp. */
  boolean beingDeleted() {
    return beingDeleted;
  }

  boolean forAnotherProxy() {
    return forAnotherProxy;
  }

  boolean headless() {
    return headless;
  }

  Optional<Instant> created() {
    return instant(created);
  }

  /** Annotation {@code endpoints.kubernetes.io/last-change-trigger-time}. */
  Optional<Instant> lastChange() {
    return instant(lastChange);
  }

  /** RFC 3339, with or without fractions of a second. */
  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
