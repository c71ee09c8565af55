package io.pointsman.agent.config;

import io.pointsman.agent.http.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A configuration as a KubeProxyConfiguration object in v1alpha1, with all its fields, and those of
 * our own that are set.
 */
public final class ConfigurationText {
  private ConfigurationText() {}

  /** YAML, as {@code --write-config-to} writes it; reading it gives an equal configuration. */
  public static String yaml(Configuration configuration) {
    StringBuilder yaml = new StringBuilder();
    writeYaml(yaml, tree(configuration), "");
    return yaml.toString();
  }

  /** JSON in one line. */
  public static String json(Configuration configuration) {
    return json(tree(configuration));
  }

  private static Map<String, Object> tree(Configuration configuration) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
    root.put("kind", "KubeProxyConfiguration");
    for (Field<?> field : Fields.ALL) {
      if (field.effect() instanceof Field.Effect.Own
          && configuration.get(field).equals(field.fallback())) {
        continue;
      }
      Map<String, Object> section = root;
      String[] names = field.path().split("\\.", -1);
      for (int i = 0; i < names.length - 1; i++) {
        section = section(section, names[i]);
      }
      section.put(names[names.length - 1], configuration.tree(field));
    }
    return root;
  }

  @SuppressWarnings("unchecked") // only this puts maps under names of sections
  private static Map<String, Object> section(Map<String, Object> parent, String name) {
    return (Map<String, Object>)
        parent.computeIfAbsent(name, any -> new LinkedHashMap<String, Object>());
  }

  private static void writeYaml(StringBuilder yaml, Map<?, ?> mapping, String indent) {
    mapping.forEach((name, value) -> {
      yaml.append(indent).append(name).append(':');
      if (value instanceof Map<?, ?> section && !section.isEmpty()) {
        yaml.append('\n');
        writeYaml(yaml, section, indent + "  ");
      } else {
        // JSON is YAML.
        yaml.append(' ').append(json(value)).append('\n');
      }
    });
  }

  private static String json(Object value) {
    return switch (value) {
      case String text -> JsonText.quote(text);
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(
                  entry -> JsonText.quote(entry.getKey().toString()) + ":" + json(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list ->
          list.stream().map(ConfigurationText::json).collect(Collectors.joining(",", "[", "]"));
      default -> value.toString();
    };
  }
}
