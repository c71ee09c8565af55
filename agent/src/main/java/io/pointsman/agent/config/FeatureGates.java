package io.pointsman.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The feature gates of Kubernetes 1.36. Two of them matter here; the others are only checked. */
final class FeatureGates {
  /** Off: {@code spec.externalIPs} of Services is not served (KEP-5707). */
  static final String ALLOW_SERVICE_EXTERNAL_IPS = "AllowServiceExternalIPs";

  private static final String LOGGING_ALPHA_OPTIONS = "LoggingAlphaOptions";

  /** Whether each known gate is locked. */
  private static final Map<String, Boolean> LOCKED = read();

  private FeatureGates() {}

  private static Map<String, Boolean> read() {
    try (InputStream list = FeatureGates.class.getResourceAsStream("feature-gates.txt")) {
      Map<String, Boolean> locked = new TreeMap<>();
      new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .forEach(words -> locked.put(words[0], words.length > 1));
      return locked;
    } catch (IOException e) {
      throw new UncheckedIOException("the list of feature gates cannot be read", e);
    }
  }

  /** What is wrong with these settings. */
  static List<String> problems(Map<String, Boolean> gates) {
    List<String> problems = new ArrayList<>();
    gates.forEach((name, enabled) -> {
      if (!LOCKED.containsKey(name)) {
        problems.add(
            "unrecognized feature gate: %s; Kubernetes 1.36 has none of this name, remove it"
                .formatted(name));
      } else if (LOCKED.get(name) && !enabled) {
        problems.add(
            "cannot set feature gate %s to false, feature is locked to true; remove it"
                .formatted(name));
      }
    });
    return problems;
  }

  /** {@code spec.externalIPs} of Services is served. */
  static boolean allowServiceExternalIps(Configuration configuration) {
    return configuration.get(Fields.FEATURE_GATES).getOrDefault(ALLOW_SERVICE_EXTERNAL_IPS, true);
  }

  /** Those that matter here, on or off. */
  static Map<String, Boolean> effective(Configuration configuration) {
    return Map.of(
        ALLOW_SERVICE_EXTERNAL_IPS,
        allowServiceExternalIps(configuration),
        LOGGING_ALPHA_OPTIONS,
        loggingAlphaOptions(configuration));
  }

  /** The options that split the log in two streams may be used. */
  static boolean loggingAlphaOptions(Configuration configuration) {
    Map<String, Boolean> gates = configuration.get(Fields.FEATURE_GATES);
    return gates.getOrDefault(LOGGING_ALPHA_OPTIONS, gates.getOrDefault("AllAlpha", false));
  }
}
