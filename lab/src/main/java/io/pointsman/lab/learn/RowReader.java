package io.pointsman.lab.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.pointsman.lab.Topology;
import io.pointsman.lab.cni.Container.PortMapping;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.scenario.Fields;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ScenarioException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text of a row. A key or a place that it does not know is an error. */
final class RowReader {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5}):(\\d{1,5})");
  private static final Set<String> COMMANDS = Set.of("ADD", "CHECK", "DEL");

  private static final int PODS_PER_NODE = 2;

  private final String file;
  private final List<String> places = new ArrayList<>();

  private RowReader(String file) {
    this.file = file;
  }

  /**
   * Reads a row.
   *
   * @param file its name, {@code NN-NAME.yaml}, from which its number and name are taken
   * @throws ScenarioException naming the file, the step and what is wrong there
   */
  static Row read(String file, String text) {
    Matcher name = Pattern.compile("(\\d\\d)-([a-z-]+)\\.yaml").matcher(file);
    if (!name.matches()) {
      throw new ScenarioException("'" + file + "' is no row's name, such as 02-bridge.yaml");
    }
    try {
      return new RowReader(file)
          .row(Integer.parseInt(name.group(1)), name.group(2), YAML.readTree(text));
    } catch (JsonProcessingException malformed) {
      throw new ScenarioException(file + ": " + malformed.getMessage(), malformed);
    }
  }

  private Row row(int number, String name, JsonNode tree) {
    Fields fields = Fields.of(file, tree);
    Optional<Topology> cluster =
        fields.has("cluster")
            ? Optional.of(Topology.standard(fields.number("cluster", 0), PODS_PER_NODE))
            : Optional.empty();
    places.addAll(fields.texts("places"));
    cluster.ifPresent(topology -> places.addAll(topology.names()));
    List<ObjectNode> networks = new ArrayList<>();
    for (JsonNode network : fields.nodes("networks")) {
      if (!(network instanceof ObjectNode list) || !list.path("name").isTextual()) {
        throw fields.error("each of 'networks' must be a CNI network list with a name");
      }
      networks.add(list);
    }
    List<Row.Step> steps = new ArrayList<>();
    for (JsonNode node : fields.nodes("steps")) {
      steps.add(step(Fields.of(file + ": step " + (steps.size() + 1), node)));
    }
    Row row =
        new Row(
            number,
            name,
            text(fields, "title"),
            text(fields, "about").strip(),
            places,
            cluster,
            networks,
            steps);
    fields.end();
    return row;
  }

  private Row.Step step(Fields fields) {
    Row.Step step =
        new Row.Step(
            text(fields, "say").strip(),
            fields.texts("way"),
            action(fields),
            fields.texts("shows"),
            fields.texts("hides"),
            fields.flag("fails", false));
    fields.end();
    if (step.shows().isEmpty()
        && step.hides().isEmpty()
        && step.action() instanceof RowAction.Ask) {
      throw fields.error("a connection needs 'shows': what must come of it");
    }
    return step;
  }

  private RowAction action(Fields fields) {
    if (fields.has("crowd")) {
      return new RowAction.Crowd(
          fields.texts("in").stream().map(place -> known(fields, place)).toList(),
          fields.texts("networks"),
          fields.number("crowd", 0));
    }
    if (fields.has("proxy")) {
      return new RowAction.Proxy(
          ProxyMode.named(text(fields, "proxy"))
              .orElseThrow(() -> fields.error("'proxy' is a mode: nftables or iptables")));
    }
    if (fields.has("apply")) {
      return new RowAction.Apply(text(fields, "apply").strip());
    }
    String in = known(fields, text(fields, "in"));
    if (fields.has("run")) {
      return new RowAction.Run(in, text(fields, "run").strip(), fields.flag("again", false));
    }
    if (fields.has("connect")) {
      return new RowAction.Ask(
          in, Destination.of(text(fields, "connect")), fields.number("times", 1));
    }
    if (fields.has("serve")) {
      return new RowAction.Serve(
          in,
          RowAction.Server.named(text(fields, "serve"))
              .orElseThrow(() -> fields.error("'serve' is dns, world, ingress or web")),
          fields.text("upstream"));
    }
    if (fields.has("cni")) {
      return cni(fields, in);
    }
    throw fields.error(
        "a step does one thing: 'run', 'connect', 'cni', 'crowd', 'proxy', 'apply' or 'serve'");
  }

  private RowAction cni(Fields fields, String in) {
    String[] words = text(fields, "cni").split(" ", -1);
    if (words.length != 3 || !COMMANDS.contains(words[0])) {
      throw fields.error("'cni' is ADD, CHECK or DEL, a network and a place: ADD pods red");
    }
    return new RowAction.Cni(
        in,
        words[0],
        words[1],
        known(fields, words[2]),
        fields.texts("ports").stream().map(ports -> mapping(fields, ports)).toList());
  }

  private static PortMapping mapping(Fields fields, String text) {
    Matcher ports = PORTS.matcher(text);
    if (!ports.matches()) {
      throw fields.error("'" + text + "' is no port mapping, such as 8080:80");
    }
    return new PortMapping(Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
  }

  private String known(Fields fields, String place) {
    if (!places.contains(place)) {
      throw fields.error("there is no place '" + place + "'; the row's places are " + places);
    }
    return place;
  }

  private static String text(Fields fields, String key) {
    fields.required(key);
    return fields.text(key, "");
  }
}
