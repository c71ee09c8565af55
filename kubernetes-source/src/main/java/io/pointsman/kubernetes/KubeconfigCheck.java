package io.pointsman.kubernetes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds what is wrong with a kubeconfig, which the client would pass over in silence. */
final class KubeconfigCheck {
  private KubeconfigCheck() {}

  /**
   * What else the client does not tell.
   *
   * @param tokenFile the file that holds the user's token, where the kubeconfig names one
   * @param namesProxy true when the cluster has a {@code proxy-url}
   */
  record Found(Optional<Path> tokenFile, boolean namesProxy) {}

  /**
   * Follows the current context to its cluster's server and its user.
   *
   * @param urlKnown true when the server is named elsewhere
   * @throws ManifestException naming the place that leads nowhere
   */
  static Found check(Path file, boolean urlKnown) {
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
    Optional<YamlValue> current =
        text(root, "current-context").flatMap(name -> find(root, "contexts", "context", name));
    boolean namesProxy =
        current
            .flatMap(context -> text(context, "cluster"))
            .flatMap(cluster -> find(root, "clusters", "cluster", cluster))
            .flatMap(cluster -> text(cluster, "proxy-url"))
            .isPresent();
    return new Found(tokenFile(file, root, current), namesProxy);
  }

  /** As all paths in a kubeconfig, it is relative to the file's folder. */
  private static Optional<Path> tokenFile(Path file, YamlValue root, Optional<YamlValue> current) {
    return current
        .flatMap(context -> text(context, "user"))
        .flatMap(user -> find(root, "users", "user", user))
        .flatMap(user -> text(user, "tokenFile"))
        .map(file.toAbsolutePath()::resolveSibling);
  }

  private static Optional<String> text(YamlValue mapping, String field) {
    return mapping.field(field).flatMap(YamlValue::text).filter(text -> !text.isEmpty());
  }

  private static String textOf(YamlValue mapping, String field) {
    return text(mapping, field)
        .orElseThrow(() -> mapping.error("'" + field + "' is missing: add it"));
  }

  private static Optional<YamlValue> find(YamlValue root, String list, String field, String name) {
    return root.field(list).map(YamlValue::items).orElse(List.of()).stream()
        .filter(entry -> text(entry, "name").equals(Optional.of(name)))
        .findFirst()
        .flatMap(entry -> entry.field(field));
  }

  private static YamlValue named(YamlValue root, String list, String field, String name) {
    return find(root, list, field, name)
        .orElseThrow(() ->
            root.field(list)
                .orElse(root)
                .error("there is no '" + name + "' among " + list + ": add it"));
  }
}
