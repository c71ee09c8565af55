package io.pointsman.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder {@code manifests} of this repository, and what kustomize makes of its overlays. */
final class ManifestFolder {
  private static final YAMLMapper YAML = new YAMLMapper();

  private ManifestFolder() {}

  /** The folder that holds {@code manifests}, at or above the working directory. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("manifests/kubeadm"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("run the tests inside of the repository");
      }
    }
    return folder;
  }

  /** The folder of the Helm chart, whose files are templates of manifests. */
  static Path chart() {
    return repository().resolve("manifests/helm");
  }

  /** All YAML files that are manifests, sorted. */
  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(repository().resolve("manifests"))) {
      return all.filter(path -> path.toString().endsWith(".yaml") && !path.startsWith(chart()))
          .sorted()
          .toList();
    }
  }

  /** The documents of a file. */
  static List<JsonNode> documents(Path file) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    }
  }

  /** What {@code kubectl apply -k} would apply of a folder below {@code manifests}. */
  static List<JsonNode> built(String name) throws IOException {
    return built(repository().resolve("manifests").resolve(name));
  }

  /** The one object of a kind that {@code kubectl apply -k} would apply. */
  static JsonNode built(String name, String kind) throws IOException {
    return built(name).stream()
        .filter(object -> object.at("/kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " has no " + kind));
  }

  private static List<JsonNode> built(Path folder) throws IOException {
    JsonNode kustomization = documents(folder.resolve("kustomization.yaml")).getFirst();
    List<JsonNode> objects = new ArrayList<>();
    for (JsonNode resource : kustomization.path("resources")) {
      Path path = folder.resolve(resource.asText());
      objects.addAll(Files.isDirectory(path) ? built(path) : documents(path));
    }
    for (JsonNode patch : kustomization.path("patches")) {
      for (JsonNode changes : documents(folder.resolve(patch.path("path").asText()))) {
        JsonNode target =
            objects.stream()
                .filter(object -> identity(object).equals(identity(changes)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(folder + ": nothing to patch"));
        merge((ObjectNode) target, (ObjectNode) changes);
      }
    }
    return objects;
  }

  private static List<String> identity(JsonNode object) {
    return Stream.of("/apiVersion", "/kind", "/metadata/namespace", "/metadata/name")
        .map(path -> object.at(path).asText())
        .toList();
  }

  /** A strategic merge as far as these patches need one: lists of objects are merged by name. */
  private static void merge(ObjectNode target, ObjectNode changes) {
    changes
        .properties()
        .forEach(change -> {
          JsonNode before = target.path(change.getKey());
          JsonNode after = change.getValue();
          if (before instanceof ObjectNode known && after instanceof ObjectNode object) {
            merge(known, object);
          } else if (before instanceof ArrayNode known && after.path(0).has("name")) {
            after.forEach(item -> mergeItem(known, (ObjectNode) item));
          } else {
            target.set(change.getKey(), after);
          }
        });
  }

  private static void mergeItem(ArrayNode target, ObjectNode changes) {
    for (JsonNode item : target) {
      if (item.path("name").equals(changes.path("name"))) {
        merge((ObjectNode) item, changes);
        return;
      }
    }
    target.add(changes);
  }
}
