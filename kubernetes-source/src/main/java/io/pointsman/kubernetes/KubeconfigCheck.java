package io.pointsman.kubernetes;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
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
   * Follows the current context to its cluster's server and its user, and reads the files that
   * these name.
   *
   * @param urlKnown true when the server is named elsewhere
   * @throws ManifestException naming the place that leads nowhere, or the file that cannot be read
   */
  static Found check(Path file, boolean urlKnown) {
    List<YamlValue> documents;
    try {
      documents = YamlFile.read(file, file.toString());
    } catch (IOException unreadable) {
      throw new ManifestException(
          file + " cannot be read: " + FileProblem.of(unreadable), unreadable);
    }
    if (documents.size() != 1 || !documents.getFirst().isMapping()) {
      throw new ManifestException(file + ": is not a kubeconfig: one mapping is expected");
    }
    YamlValue root = documents.getFirst();
    root.json();
    if (!urlKnown) {
      YamlValue context = named(root, "contexts", "context", textOf(root, "current-context"));
      textOf(named(root, "clusters", "cluster", textOf(context, "cluster")), "server");
    }
    Optional<YamlValue> current =
        text(root, "current-context").flatMap(name -> find(root, "contexts", "context", name));
    Optional<YamlValue> cluster =
        current
            .flatMap(context -> text(context, "cluster"))
            .flatMap(name -> find(root, "clusters", "cluster", name));
    Optional<YamlValue> user =
        current
            .flatMap(context -> text(context, "user"))
            .flatMap(name -> find(root, "users", "user", name));
    cluster.ifPresent(fields -> read(file, fields, "certificate-authority"));
    user.ifPresent(fields -> {
      read(file, fields, "client-certificate");
      read(file, fields, "client-key");
    });
    return new Found(
        user.flatMap(fields -> text(fields, "tokenFile")).map(name -> beside(file, name)),
        cluster.flatMap(fields -> text(fields, "proxy-url")).isPresent());
  }

  /** As all paths in a kubeconfig, it is relative to the file's folder. */
  private static Path beside(Path file, String name) {
    return file.toAbsolutePath().resolveSibling(name);
  }

  /** Tries the file that a field names, unless its content stands in the kubeconfig itself. */
  private static void read(Path file, YamlValue fields, String field) {
    Optional<String> name = text(fields, field);
    if (name.isEmpty() || text(fields, field + "-data").isPresent()) {
      return;
    }
    try {
      Files.readAllBytes(beside(file, name.get()));
    } catch (IOException unreadable) {
      throw fields
          .field(field)
          .orElse(fields)
          .error(field + " " + name.get() + " cannot be read: " + FileProblem.of(unreadable));
    }
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
