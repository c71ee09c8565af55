package io.pointsman.kubernetes;

import io.pointsman.file.FileProblem;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads manifest files as people write them for {@code kubectl apply}.
 *
 * <p>Services, EndpointSlices, Nodes and ServiceCIDRs are read, also as items of lists; other kinds
 * are counted. Wrong types and unusable values are errors; fields nobody knows are not.
 */
public final class ManifestReader {
  private final List<Service> services = new ArrayList<>();
  private final List<EndpointSlice> slices = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<ServiceCidr> serviceCidrs = new ArrayList<>();
  private final Map<String, Integer> ignored = new TreeMap<>();
  private final Map<String, String> positions = new HashMap<>();

  private ManifestReader() {}

  /**
   * Reads a file, or all *.yaml, *.yml and *.json files in a folder and below.
   *
   * @throws ManifestException when something cannot be read, naming file, line and column
   */
  public static Manifests read(Path root) {
    try {
      return read(ManifestFiles.find(root));
    } catch (NoSuchFileException absent) {
      throw new ManifestException(
          root + ": does not exist: create it or name another file or folder", absent);
    } catch (IOException unreadable) {
      throw new ManifestException(
          root + ": cannot be read: " + FileProblem.of(unreadable), unreadable);
    }
  }

  static Manifests read(ManifestFiles files) {
    ManifestReader reader = new ManifestReader();
    for (Path file : files.stamps().keySet()) {
      String label = files.label(file);
      try {
        YamlFile.read(file, label).forEach(document -> reader.add(document, Optional.empty()));
      } catch (NoSuchFileException vanished) {
        if (file.equals(files.root())) {
          throw new ManifestException(label + ": has been removed: restore it", vanished);
        }
      } catch (IOException unreadable) {
        throw new ManifestException(
            label + ": cannot be read: " + FileProblem.of(unreadable), unreadable);
      }
    }
    return reader.result();
  }

  /** Reads one text, such as a test's. */
  static Manifests parse(String text, String label) {
    ManifestReader reader = new ManifestReader();
    YamlFile.parse(text, label).forEach(document -> reader.add(document, Optional.empty()));
    return reader.result();
  }

  private Manifests result() {
    return new Manifests(services, slices, nodes, serviceCidrs, ignored);
  }

  /** Items of a typed list, such as ServiceList, need not repeat their kind. */
  private void add(YamlValue value, Optional<GroupKind> listed) {
    if (!value.isMapping()) {
      throw value.error("a Kubernetes object is expected: a mapping with apiVersion and kind");
    }
    GroupKind kind =
        value.field("kind").isEmpty() && listed.isPresent()
            ? listed.get()
            : new GroupKind(text(value, "apiVersion"), text(value, "kind"));
    Optional<YamlValue> items = value.field("items");
    if (kind.kind().endsWith("List") && items.isPresent()) {
      Optional<GroupKind> inner =
          kind.kind().equals("List") ? Optional.empty() : Optional.of(kind.withoutList());
      items.get().items().forEach(item -> add(item, inner));
      return;
    }
    switch (kind.toString()) {
      case "v1 Service" -> add(services, ManifestObject.service(unique(value, kind)), kind);
      case "discovery.k8s.io/v1 EndpointSlice" ->
          add(slices, ManifestObject.slice(unique(value, kind)), kind);
      case "v1 Node" -> add(nodes, ManifestObject.node(unique(value, kind)), kind);
      case "networking.k8s.io/v1 ServiceCIDR", "networking.k8s.io/v1beta1 ServiceCIDR" ->
          add(serviceCidrs, ManifestObject.serviceCidr(unique(value, kind)), kind);
      default -> ignore(kind.toString());
    }
  }

  private <T> void add(List<T> list, Optional<T> object, GroupKind kind) {
    object.ifPresentOrElse(list::add, () -> ignore(kind.toString()));
  }

  private void ignore(String kind) {
    ignored.merge(kind, 1, Integer::sum);
  }

  private YamlValue unique(YamlValue value, GroupKind kind) {
    Optional<YamlValue> meta = value.field("metadata");
    String name =
        meta.flatMap(m -> m.field("name"))
            .flatMap(YamlValue::text)
            .filter(t -> !t.isEmpty())
            .orElseThrow(() ->
                meta.filter(YamlValue::isMapping)
                    .orElse(value)
                    .error("metadata.name is missing: give the object a name (a text)"));
    String namespace =
        switch (kind.kind()) {
          case "Service", "EndpointSlice" ->
              meta.flatMap(m -> m.field("namespace")).flatMap(YamlValue::text).orElse("default")
                  + "/";
          default -> "";
        };
    String key = kind.kind() + " " + namespace + name;
    String before = positions.putIfAbsent(key, value.position());
    if (before != null) {
      throw value.error(key + " already stands at " + before + ": remove or rename one of them");
    }
    return value;
  }

  private static String text(YamlValue value, String field) {
    return value
        .field(field)
        .flatMap(YamlValue::text)
        .orElseThrow(() -> value.error(field + " is missing or no text: add it"));
  }

  /** An API version and a kind, written {@code VERSION KIND}. */
  private record GroupKind(String apiVersion, String kind) {
    GroupKind withoutList() {
      return new GroupKind(apiVersion, kind.substring(0, kind.length() - "List".length()));
    }

    @Override
    public String toString() {
      return apiVersion + " " + kind;
    }
  }
}
