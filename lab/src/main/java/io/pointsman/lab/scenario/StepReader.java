package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Topology;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.scenario.Scenario.NumberedStep;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one step; which one it is, its first known key tells. */
final class StepReader {
  private static final int TRIES = 40;

  /** Enough where every outcome is known: more follow while one of several is missing. */
  private static final int TRIES_OF_KNOWN = 8;

  private static final List<String> NAMES =
      List.of(
          "probe",
          "affinity",
          "udp",
          "tcp",
          "traffic",
          "http",
          "wait",
          "leftovers",
          "apply",
          "delete",
          "patch",
          "vips",
          "drop_endpoint",
          "addr",
          "flush",
          "run",
          "proxy",
          "sleep");

  /** {@code a1, A src 10.0.0.1 -> web:80}. */
  private static final Pattern WAY = Pattern.compile("(.+?)(?: src (\\S+))? -> (\\S+)");

  private final Topology topology;

  StepReader(Topology topology) {
    this.topology = topology;
  }

  NumberedStep read(String file, int number, JsonNode node) {
    Fields fields = Fields.of(file + ": step " + number, node);
    List<String> names = NAMES.stream().filter(node::has).toList();
    if (names.size() > 1 || (names.isEmpty() && !node.has("expect"))) {
      throw fields.error(
          "a step is exactly one of expect, " + String.join(", ", NAMES) + ", not " + node);
    }
    Set<ProxyMode> modes = fields.modes();
    Step step = names.isEmpty() ? expect(fields) : step(names.getFirst(), fields);
    Optional<Expected> expected =
        names.isEmpty() ? Optional.empty() : fields.value("expect").map(at -> expected(fields, at));
    fields.end();
    return new NumberedStep(number, modes, step, expected);
  }

  private Step step(String name, Fields fields) {
    return switch (name) {
      case "probe" -> probe(fields);
      case "affinity" -> affinity(fields);
      case "udp" -> new Step.Ask(Protocol.UDP, name(fields, name), path(fields, Protocol.UDP));
      case "tcp" -> new Step.Ask(Protocol.TCP, name(fields, name), path(fields, Protocol.TCP));
      case "traffic" -> new Step.Background(name(fields, name), path(fields, Protocol.TCP));
      case "http" -> http(fields);
      case "wait" -> await(fields);
      case "leftovers" -> new Step.Leftovers(name(fields, name));
      case "apply" -> new Step.Apply(manifests(fields), sync(fields));
      case "delete" ->
          new Step.Delete(
              fields.texts("delete").stream()
                  .map(text -> fields.read(text, ObjectKey::of))
                  .toList(),
              sync(fields));
      case "patch" -> patch(fields);
      case "vips" ->
          new Step.Vips(
              key(fields, "vips"), ShortService.ingress(fields.nodes("to")), sync(fields));
      case "drop_endpoint" ->
          new Step.DropEndpoint(
              key(fields, "drop_endpoint"), name(fields, "reached"), sync(fields));
      case "proxy" -> proxy(fields);
      case "sleep" -> new Step.Pause(seconds(fields.decimal("sleep", 0)));
      case "addr" -> address(fields);
      case "flush" ->
          new Step.Flush(word(fields, "flush", Step.Flush.What::valueOf), fields.text("node", "A"));
      case "run" ->
          new Step.Run(
              name(fields, "run"),
              List.of(name(fields, "command").split(" ", -1)),
              fields.text("input", ""));
      default -> throw new IllegalStateException("no reader for '" + name + "'");
    };
  }

  private static Step expect(Fields fields) {
    List<Step.Expect.Line> lines = new ArrayList<>();
    for (var line : fields.required("expect").properties()) {
      Matcher way = WAY.matcher(line.getKey());
      if (!way.matches()) {
        throw fields.error("'" + line.getKey() + "' is not FROM -> TO");
      }
      lines.add(
          new Step.Expect.Line(
              List.of(way.group(1).split(",\\s*", -1)),
              Optional.ofNullable(way.group(2)).map(text -> fields.read(text, IpAddress::of)),
              fields.read(way.group(3), Place::of),
              expected(fields, line.getValue())));
    }
    return new Step.Expect(lines, fields.number("tries", TRIES_OF_KNOWN));
  }

  private static Expected expected(Fields fields, JsonNode node) {
    try {
      return Expected.read(node);
    } catch (IllegalArgumentException wrong) {
      throw new ScenarioException(fields.place() + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Step address(Fields fields) {
    boolean adding = fields.has("add");
    return new Step.Address(
        name(fields, "addr"),
        adding,
        name(fields, adding ? "add" : "del"),
        fields.text("dev", "eth0"));
  }

  /** A word of a list that is an enum in the code. */
  private static <E> E word(Fields fields, String key, Function<String, E> constants) {
    String name = name(fields, key).toUpperCase(Locale.ROOT).replace('-', '_');
    return fields.read(name, constants);
  }

  private static Step probe(Fields fields) {
    Optional<IpAddress> source = fields.text("src").map(text -> fields.read(text, IpAddress::of));
    int tries = fields.number("tries", TRIES);
    // How evenly connections spread was never recorded, and probes here are always patient.
    fields.has("spread");
    fields.has("patient");
    return new Step.Connect(fields.texts("probe"), fields.destinations("to"), source, tries);
  }

  private static Step affinity(Fields fields) {
    return new Step.Affinity(
        name(fields, "affinity"),
        one(fields, Protocol.TCP),
        fields.number("n", 10),
        fields.number("sources", 1),
        seconds(fields.decimal("gap", 0)),
        fields.text("remember"),
        fields.text("compare"),
        fields.flag("show_source", true));
  }

  private static Step http(Fields fields) {
    Set<Step.Show> show = EnumSet.noneOf(Step.Show.class);
    if (fields.has("show")) {
      for (String word : fields.texts("show")) {
        show.add(fields.read(word.toUpperCase(Locale.ROOT), Step.Show::valueOf));
      }
    } else {
      show.addAll(Set.of(Step.Show.HEADERS, Step.Show.BODY));
    }
    List<URI> urls =
        fields.texts("url").stream().map(text -> fields.read(text, URI::create)).toList();
    return new Step.Http(fields.texts("http"), urls, fields.text("method", "GET"), show);
  }

  private static Step await(Fields fields) {
    return new Step.Await(
        name(fields, "wait"),
        one(fields, Protocol.TCP),
        seconds(fields.decimal("max", 10)),
        fields.text("until", "reached"));
  }

  private static Step patch(Fields fields) {
    ObjectKey key = key(fields, "patch");
    boolean sync = sync(fields);
    if (fields.has("merge")) {
      return new Step.Merge(key, fields.required("merge"), sync);
    }
    if (fields.has("json")) {
      return new Step.JsonEdit(key, fields.required("json"), sync);
    }
    if (fields.has("ports")) {
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      patch.putObject("spec").set("ports", ShortService.ports(fields, fields.texts("ports")));
      return new Step.Merge(key, patch, sync);
    }
    throw fields.error("a patch needs merge, json or ports");
  }

  private static Step proxy(Fields fields) {
    String mode = fields.text("mode", "same");
    String from = fields.text("impl", "tested");
    if (!List.of("same", "other").contains(mode)
        || !List.of("tested", "reference").contains(from)) {
      throw fields.error("mode is same or other, impl is tested or reference");
    }
    return new Step.Proxy(
        word(fields, "proxy", Step.Action::valueOf),
        mode.equals("other"),
        from.equals("reference"),
        fields.value("config").map(config -> mapping(fields, config)));
  }

  private static ObjectNode mapping(Fields fields, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw fields.error("'config' must hold configuration keys, not '" + value + "'");
  }

  private List<Manifest> manifests(Fields fields) {
    ManifestReader reader = new ManifestReader(topology);
    return fields.nodes("apply").stream()
        .flatMap(node -> reader.read(fields.place() + ", object", node).stream())
        .toList();
  }

  private static Optional<Step.Path> path(Fields fields, Protocol protocol) {
    Optional<String> from = fields.text("from");
    if (from.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Step.Path(from.orElseThrow(), one(fields, protocol)));
  }

  private static Destination one(Fields fields, Protocol protocol) {
    Function<String, Destination> reader = text -> Destination.of(text, protocol);
    return fields.read(name(fields, "to"), reader);
  }

  private static ObjectKey key(Fields fields, String name) {
    return fields.read(name(fields, name), ObjectKey::of);
  }

  private static String name(Fields fields, String key) {
    return fields.text(key).orElseThrow(() -> fields.error("the key '" + key + "' is missing"));
  }

  private static boolean sync(Fields fields) {
    return fields.flag("sync", true);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
