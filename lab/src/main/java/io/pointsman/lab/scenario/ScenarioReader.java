package io.pointsman.lab.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.pointsman.file.FileProblem;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.Scenario.NumberedStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads scenario files. A key that it does not know is an error, for it may be a misspelt one. */
public final class ScenarioReader {
  private final ObjectMapper yaml = new YAMLMapper();
  private final Topology topology;

  /**
   * @param topology where the pods and nodes live that scenarios name
   */
  public ScenarioReader(Topology topology) {
    this.topology = topology;
  }

  /**
   * Reads one file.
   *
   * @throws ScenarioException naming the file, the place and what is wrong there
   */
  public Scenario read(Path file) {
    try {
      return read(String.valueOf(file.getFileName()), Files.readString(file));
    } catch (IOException unreadable) {
      throw new ScenarioException(
          "cannot read " + file + ": " + FileProblem.of(unreadable), unreadable);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @param file its name, for messages and as the scenario's name
   */
  public Scenario read(String file, String text) {
    try {
      return scenario(file, yaml.readTree(text));
    } catch (JsonProcessingException malformed) {
      throw new ScenarioException(
          file
              + ": line "
              + malformed.getLocation().getLineNr()
              + ": "
              + malformed.getOriginalMessage(),
          malformed);
    }
  }

  private Scenario scenario(String file, JsonNode root) {
    Fields fields = Fields.of(file, root);
    ManifestReader manifests = new ManifestReader(topology);
    List<Manifest> objects = new ArrayList<>();
    int number = 0;
    for (JsonNode node : fields.nodes("objects")) {
      objects.addAll(manifests.read(file + ": object " + ++number, node));
    }
    StepReader reader = new StepReader(topology);
    List<NumberedStep> steps = new ArrayList<>();
    for (JsonNode node : fields.nodes("steps")) {
      steps.add(reader.read(file, steps.size() + 1, node));
    }
    List<String> nodes = fields.texts("nodes");
    // How long the recording waited for changes; a proxy under test says when it is done.
    fields.has("sync_timeout");
    Scenario scenario =
        new Scenario(
            file.replaceFirst("\\.ya?ml$", ""),
            fields.text("title", file),
            fields.modes(),
            nodes.isEmpty() ? List.of("A") : nodes,
            configuration(fields),
            objects,
            steps,
            quirks(fields),
            fields.texts("nondeterministic"),
            fields.text("untraced"));
    fields.end();
    return scenario;
  }

  private static ObjectNode configuration(Fields fields) {
    return fields
        .value("proxy")
        .map(value -> {
          if (value instanceof ObjectNode object) {
            return object;
          }
          throw fields.error("'proxy' must hold configuration keys, not '" + value + "'");
        })
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  private static Map<String, String> quirks(Fields fields) {
    Map<String, String> quirks = new TreeMap<>();
    fields
        .value("quirks")
        .ifPresent(node ->
            node.properties()
                .forEach(quirk -> quirks.put(quirk.getKey(), quirk.getValue().asText())));
    return quirks;
  }
}
