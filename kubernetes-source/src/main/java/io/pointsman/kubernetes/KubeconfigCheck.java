package io.pointsman.kubernetes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds what is wrong with a kubeconfig, which the client would pass over in silence. */
final class KubeconfigCheck {
  private KubeconfigCheck() {}

  /**
   * Follows the current context to its cluster's server.
   *
   * @param urlKnown true when the server is named elsewhere
   * @throws ManifestException naming the place that leads nowhere
   */
  static void check(Path file, boolean urlKnown) {
    List<YamlValue> documents;
    try {
      documents = YamlFile.read(file, file.toString());
    } catch (IOException unreadable) {
      throw new ManifestException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
    if (documents.size() != 1 || !documents.getFirst().isMapping()) {
      throw new ManifestException(file + ": is not a kubeconfig: one mapping is expected");
    }
    YamlValue root = documents.getFirst();
    root.json();
    if (!urlKnown) {
      YamlValue context = named(root, "contexts", "context", textOf(root, "current-context"));
      YamlValue cluster = named(root, "clusters", "cluster", textOf(context, "cluster"));
      textOf(cluster, "server");
    }
  }

  private static String textOf(YamlValue mapping, String field) {
    return mapping
        .field(field)
        .flatMap(YamlValue::text)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> mapping.error("'" + field + "' is missing: add it"));
  }

  private static YamlValue named(YamlValue root, String list, String field, String name) {
    Optional<YamlValue> entries = root.field(list);
    return entries.map(YamlValue::items).orElse(List.of()).stream()
        .filter(entry -> entry.field("name").flatMap(YamlValue::text).equals(Optional.of(name)))
        .findFirst()
        .flatMap(entry -> entry.field(field))
        .orElseThrow(() ->
            entries.orElse(root).error("there is no '" + name + "' among " + list + ": add it"));
  }
}
