package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.YamlValue.Scalar;
import io.pointsman.kubernetes.YamlValue.Scalar.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig, of which the current context counts.
 *
 * <p>The Kubernetes client reads one, too, but loads 1,250 classes for it, a fifth of all that an
 * agent needs; it passes over a {@code tokenFile}, which kubeadm's kubeconfig has, and over what
 * leads nowhere. What runs a program or asks somebody else for a token stays the client's.
 */
final class Kubeconfig {
  private final Path file;
  private final YamlValue root;

  private Kubeconfig(Path file, YamlValue root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Follows the current context to its cluster's server and its user, and tries the files that
   * these name.
   *
   * @param urlKnown true when the server is named elsewhere
   * @return where the server is and who we are to it; nothing of the environment is in it
   * @throws ManifestException naming the place that leads nowhere, or the file that cannot be read
   * @throws IllegalArgumentException when there is no token in the file that is to hold it
   */
  static Config read(Path file, boolean urlKnown) {
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
    // Finds what makes it no JSON, such as a name that stands twice.
    root.json();
    return new Kubeconfig(file, root).config(urlKnown);
  }

  private Config config(boolean urlKnown) {
    if (!urlKnown) {
      YamlValue context = named("contexts", "context", textOf(root, "current-context"));
      textOf(named("clusters", "cluster", textOf(context, "cluster")), "server");
    }
    Optional<YamlValue> context =
        text(root, "current-context").flatMap(name -> find("contexts", "context", name));
    Optional<YamlValue> user =
        context
            .flatMap(fields -> text(fields, "user"))
            .flatMap(name -> find("users", "user", name));
    Config config =
        user.filter(Kubeconfig::asksForItsToken).isPresent()
            ? Config.fromKubeconfig(file.toFile())
            : Config.empty();
    context
        .flatMap(fields -> text(fields, "cluster"))
        .flatMap(name -> find("clusters", "cluster", name))
        .ifPresent(fields -> applyCluster(fields, config));
    user.ifPresent(fields -> applyUser(fields, config));
    return config;
  }

  private static boolean asksForItsToken(YamlValue user) {
    return user.field("exec").isPresent() || user.field("auth-provider").isPresent();
  }

  private void applyCluster(YamlValue cluster, Config config) {
    text(cluster, "server").ifPresent(config::setMasterUrl);
    boolean trusting = truth(cluster, "insecure-skip-tls-verify");
    config.setTrustCerts(trusting);
    config.setDisableHostnameVerification(trusting);
    apply(cluster, "certificate-authority", config::setCaCertFile, config::setCaCertData);
    text(cluster, "tls-server-name").ifPresent(config::setTlsServerName);
    @Nullable String proxy =
        text(cluster, "proxy-url").map(ProxyEnvironment::named).map(URI::toString).orElse(null);
    config.setHttpProxy(proxy);
    config.setHttpsProxy(proxy);
  }

  private void applyUser(YamlValue user, Config config) {
    apply(user, "client-certificate", config::setClientCertFile, config::setClientCertData);
    apply(user, "client-key", config::setClientKeyFile, config::setClientKeyData);
    config.setClientKeyAlgo(
        Config.getKeyAlgorithm(config.getClientKeyFile(), config.getClientKeyData()));
    text(user, "username").ifPresent(config::setUsername);
    text(user, "password").ifPresent(config::setPassword);
    text(user, "token").ifPresent(config::setAutoOAuthToken);
    text(user, "tokenFile")
        .map(name -> TokenFile.open(beside(name)))
        .ifPresent(token -> config.setOauthTokenProvider(token::token));
  }

  /** Takes what stands in the kubeconfig itself before the file that a field names. */
  private void apply(
      YamlValue fields, String field, Consumer<String> toFile, Consumer<String> toData) {
    Optional<String> data = text(fields, field + "-data");
    if (data.isPresent()) {
      toData.accept(data.get());
      return;
    }
    text(fields, field)
        .ifPresent(name -> {
          try {
            Files.readAllBytes(beside(name));
          } catch (IOException unreadable) {
            throw fields
                .field(field)
                .orElse(fields)
                .error(field + " " + name + " cannot be read: " + FileProblem.of(unreadable));
          }
          toFile.accept(beside(name).toString());
        });
  }

  /** As all paths in a kubeconfig, it is relative to the file's folder. */
  private Path beside(String name) {
    return file.toAbsolutePath().resolveSibling(name);
  }

  private static Optional<String> text(YamlValue mapping, String field) {
    Optional<YamlValue> value = mapping.field(field).filter(found -> !found.isNull());
    if (value.isPresent() && value.get().text().isEmpty()) {
      throw value.get().error("'" + field + "' must be a text: put it in quotes");
    }
    return value.flatMap(YamlValue::text).filter(text -> !text.isEmpty());
  }

  private static boolean truth(YamlValue mapping, String field) {
    Optional<YamlValue> value = mapping.field(field).filter(found -> !found.isNull());
    Optional<Scalar> scalar = value.flatMap(YamlValue::scalar);
    if (value.isPresent() && scalar.filter(found -> found.kind() == Kind.TRUTH).isEmpty()) {
      throw value.get().error("'" + field + "' must be true or false");
    }
    return scalar.map(found -> Boolean.parseBoolean(found.text())).orElse(false);
  }

  private static String textOf(YamlValue mapping, String field) {
    return text(mapping, field)
        .orElseThrow(() -> mapping.error("'" + field + "' is missing: add it"));
  }

  private Optional<YamlValue> find(String list, String field, String name) {
    return root.field(list).map(YamlValue::items).orElse(List.of()).stream()
        .filter(entry -> text(entry, "name").equals(Optional.of(name)))
        .findFirst()
        .flatMap(entry -> entry.field(field));
  }

  private YamlValue named(String list, String field, String name) {
    return find(list, field, name)
        .orElseThrow(() ->
            root.field(list)
                .orElse(root)
                .error("there is no '" + name + "' among " + list + ": add it"));
  }
}
