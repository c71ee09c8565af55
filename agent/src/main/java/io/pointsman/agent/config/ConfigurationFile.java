package io.pointsman.agent.config;

import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.ManifestException;
import io.pointsman.kubernetes.YamlFile;
import io.pointsman.kubernetes.YamlValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a KubeProxyConfiguration file says. Strict about types, which are errors; unknown and
 * repeated fields are named and passed over, as kube-proxy does.
 */
public final class ConfigurationFile {
  private static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
  private static final String KIND = "KubeProxyConfiguration";
  private static final Set<String> HEADER = Set.of("apiVersion", "kind");
  private static final Map<String, Field<?>> BY_PATH =
      Fields.ALL.stream().collect(Collectors.toUnmodifiableMap(Field::path, field -> field));
  private static final Set<String> SECTIONS =
      Fields.ALL.stream()
          .flatMap(field -> Field.sections(field.path()))
          .collect(Collectors.toUnmodifiableSet());

  /**
   * A file's content.
   *
   * @param said what it says
   * @param notices unknown and repeated fields
   * @param problems what has a wrong type
   */
  record Content(Configuration said, List<String> notices, List<String> problems) {}

  private final List<String> notices = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Configuration said = Configuration.EMPTY;

  private ConfigurationFile() {}

  /**
   * Reads a file.
   *
   * @throws InvalidConfigurationException when it cannot be read, or is no KubeProxyConfiguration
   */
  static Content read(Path file) {
    try {
      // As JSON when it is called so: tabs may indent it.
      return of(YamlFile.read(file, file.toString()), file.toString());
    } catch (IOException e) {
      throw invalid("--config " + file + " cannot be read: " + FileProblem.of(e));
    } catch (ManifestException e) {
      throw invalid("--config " + e.getMessage());
    }
  }

  private static InvalidConfigurationException invalid(String problem) {
    return new InvalidConfigurationException(List.of(problem));
  }

  private static Content of(List<YamlValue> documents, String file) {
    if (documents.isEmpty() || !documents.getFirst().isMapping()) {
      throw invalid(
          "--config " + file + " holds no object; write one of kind " + KIND + " into it");
    }
    YamlValue document = documents.getFirst();
    ConfigurationFile reading = new ConfigurationFile();
    reading.requireConstant(document, "apiVersion", API_VERSION);
    reading.requireConstant(document, "kind", KIND);
    if (!reading.problems.isEmpty()) {
      throw new InvalidConfigurationException(reading.problems);
    }
    if (documents.size() > 1) {
      reading.notices.add(
          documents.get(1).position() + ": a second document: only the first one is read");
    }
    reading.readMapping(document, "");
    return new Content(reading.said, reading.notices, reading.problems);
  }

  private void requireConstant(YamlValue document, String field, String value) {
    Optional<String> found = document.field(field).flatMap(YamlValue::text);
    if (!found.equals(Optional.of(value))) {
      problems.add(
          "%s: %s is %s, it must be '%s'"
              .formatted(
                  document.field(field).orElse(document).position(),
                  field,
                  found.map(text -> "'" + text + "'").orElse("missing"),
                  value));
    }
  }

  private void readMapping(YamlValue mapping, String prefix) {
    Set<String> seen = new HashSet<>();
    for (YamlValue.Entry entry : mapping.entries()) {
      String name = entry.key().scalar().map(YamlValue.Scalar::text).orElse("(no text)");
      String path = prefix + name;
      if (!seen.add(name)) {
        notices.add(
            entry.key().position()
                + ": field \""
                + path
                + "\" is set twice: the last one counts, remove the others");
      }
      if (!prefix.isEmpty() || !HEADER.contains(name)) {
        readEntry(entry, path);
      }
    }
  }

  private void readEntry(YamlValue.Entry entry, String path) {
    Optional<Field<?>> field = Optional.ofNullable(BY_PATH.get(path));
    if (field.isPresent()) {
      readValue(field.get(), entry.value());
    } else if (!SECTIONS.contains(path)) {
      notices.add(
          entry.key().position() + ": unknown field \"" + path + "\" is ignored: check its name");
    } else if (entry.value().isMapping()) {
      readMapping(entry.value(), path + ".");
    } else if (!entry.value().isNull()) {
      problems.add(wrong(path, entry.value(), "a mapping of fields"));
    }
  }

  private <T> void readValue(Field<T> field, YamlValue value) {
    if (value.isNull()) {
      return;
    }
    Optional<T> read = field.type().fromFile().apply(value);
    if (read.isEmpty()) {
      problems.add(wrong(field.path(), value, field.type().allowed()));
    } else if (field.zeroCounts() || !field.type().isZero().test(read.get())) {
      said = said.with(field, read.get(), value.position());
    }
  }

  private static String wrong(String path, YamlValue value, String allowed) {
    String found =
        value
            .scalar()
            .map(scalar -> "\"" + scalar.text() + "\"")
            .orElse(value.isMapping() ? "a mapping" : "a list");
    return Problems.at(path, "Invalid value: " + found + ": must be " + allowed, value.position());
  }
}
