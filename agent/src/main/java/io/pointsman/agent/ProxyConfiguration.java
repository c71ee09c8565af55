package io.pointsman.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A KubeProxyConfiguration file (kubeproxy.config.k8s.io/v1alpha1), read by field path.
 *
 * @param file where it was read, for messages
 * @param fields the document
 */
record ProxyConfiguration(Path file, Map<?, ?> fields) {
  private static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";

  /** The fields that take effect; all others are named in a warning. */
  private static final Set<String> USED =
      Set.of(
          "apiVersion",
          "kind",
          "bindAddress",
          "bindAddressHardFail",
          "clientConnection",
          "clusterCIDR",
          "detectLocal",
          "detectLocalMode",
          "healthzBindAddress",
          "hostnameOverride",
          "iptables",
          "logging",
          "metricsBindAddress",
          "mode",
          "nftables",
          "nodePortAddresses");

  /** The configuration in which nothing is set. */
  static ProxyConfiguration none() {
    return new ProxyConfiguration(Path.of(""), Map.of());
  }

  /**
   * Reads a file.
   *
   * @throws UsageException naming the file, the place and what is wrong
   */
  static ProxyConfiguration read(Path file) {
    Object document;
    try {
      document =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new UsageException("--config " + file + " cannot be read: " + e.getMessage());
    } catch (YamlEngineException e) {
      throw new UsageException("--config: " + e.getMessage());
    }
    if (!(document instanceof Map<?, ?> fields)) {
      throw new UsageException("--config " + file + " is not a YAML mapping");
    }
    ProxyConfiguration configuration = new ProxyConfiguration(file, fields);
    configuration.requireConstant("apiVersion", API_VERSION);
    configuration.requireConstant("kind", "KubeProxyConfiguration");
    return configuration;
  }

  private void requireConstant(String field, String value) {
    if (!string(field).equals(Optional.of(value))) {
      throw new UsageException(
          file
              + ": "
              + field
              + " is "
              + string(field).map(found -> "'" + found + "'").orElse("missing")
              + ", it must be '"
              + value
              + "'");
    }
  }

  /** Fields that have no effect (yet), sorted. */
  List<String> unusedFields() {
    return fields.keySet().stream()
        .map(String::valueOf)
        .filter(name -> !USED.contains(name))
        .sorted()
        .toList();
  }

  private Optional<Object> value(String path) {
    Object value = fields;
    for (String name : path.split("\\.", -1)) {
      if (!(value instanceof Map<?, ?> map) || map.get(name) == null) {
        return Optional.empty();
      }
      value = map.get(name);
    }
    return Optional.ofNullable(value);
  }

  /** The text at a path such as {@code clientConnection.kubeconfig}; empty when unset or "". */
  Optional<String> string(String path) {
    return value(path).map(value -> expect(path, value, String.class)).filter(s -> !s.isEmpty());
  }

  Optional<Boolean> bool(String path) {
    return value(path).map(value -> expect(path, value, Boolean.class));
  }

  Optional<Integer> number(String path) {
    return value(path).map(value -> expect(path, value, Integer.class));
  }

  /**
   * A duration such as {@code 30s} at a path; empty when unset or zero, which means the default.
   */
  Optional<Duration> duration(String path) {
    return string(path)
        .map(text ->
            GoDuration.parse(text)
                .orElseThrow(() ->
                    new UsageException(
                        file + ": " + path + " is '" + text + "', it must be a duration like 30s")))
        .filter(Duration::isPositive);
  }

  /** The texts at a path; empty when unset. */
  List<String> strings(String path) {
    List<String> texts = new ArrayList<>();
    for (Object item : value(path).map(v -> expect(path, v, List.class)).orElse(List.of())) {
      texts.add(expect(path + "[]", item, String.class));
    }
    return texts;
  }

  private <T> T expect(String path, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new UsageException(
          file
              + ": "
              + path
              + " is '"
              + value
              + "', it must be a "
              + type.getSimpleName().toLowerCase(java.util.Locale.ROOT));
    }
    return type.cast(value);
  }
}
