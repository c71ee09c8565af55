package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.packet.Destination;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The keys of one mapping of a scenario file. It remembers which keys were asked for, so that
 * {@link #end} can name those that nobody knows. All failures name the place.
 */
public final class Fields {
  private final String place;
  private final ObjectNode node;
  private final Set<String> known = new LinkedHashSet<>();

  private Fields(String place, ObjectNode node) {
    this.place = place;
    this.node = node;
  }

  public static Fields of(String place, JsonNode node) {
    if (node instanceof ObjectNode object) {
      return new Fields(place, object);
    }
    throw new ScenarioException(place + ": expected keys with values, not '" + node + "'");
  }

  public ScenarioException error(String message) {
    return new ScenarioException(place + ": " + message);
  }

  public String place() {
    return place;
  }

  public boolean has(String key) {
    known.add(key);
    return node.has(key);
  }

  /** The value, if the key is there; YAML's null counts as there. */
  public Optional<JsonNode> value(String key) {
    known.add(key);
    return Optional.ofNullable(node.get(key));
  }

  public JsonNode required(String key) {
    return value(key).orElseThrow(() -> error("the key '" + key + "' is missing"));
  }

  public Optional<String> text(String key) {
    return value(key).map(value -> scalar(key, value));
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  public int number(String key, int otherwise) {
    return value(key)
        .map(value -> {
          if (!value.isInt()) {
            throw error("'" + key + "' must be a whole number, not '" + value + "'");
          }
          return value.asInt();
        })
        .orElse(otherwise);
  }

  double decimal(String key, double otherwise) {
    return value(key)
        .map(value -> {
          if (!value.isNumber()) {
            throw error("'" + key + "' must be a number, not '" + value + "'");
          }
          return value.asDouble();
        })
        .orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return value(key)
        .map(value -> {
          if (!value.isBoolean()) {
            throw error("'" + key + "' must be true or false, not '" + value + "'");
          }
          return value.asBoolean();
        })
        .orElse(otherwise);
  }

  /** One text or a list of texts; empty when the key is missing. */
  public List<String> texts(String key) {
    return nodes(key).stream().map(value -> scalar(key, value)).toList();
  }

  /** One value or a list of values; empty when the key is missing. */
  public List<JsonNode> nodes(String key) {
    List<JsonNode> values = new ArrayList<>();
    value(key)
        .ifPresent(value -> {
          if (value.isArray()) {
            value.forEach(values::add);
          } else {
            values.add(value);
          }
        });
    return values;
  }

  private String scalar(String key, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw error("'" + key + "' must be a text, not '" + value + "'");
    }
    return value.asText();
  }

  /** Reads a text by a function that throws IllegalArgumentException for what it cannot read. */
  <T> T read(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException wrong) {
      throw new ScenarioException(place + ": " + wrong.getMessage(), wrong);
    }
  }

  /** All destinations under a key, TCP where they name no protocol. */
  List<Destination> destinations(String key) {
    return texts(key).stream().map(text -> read(text, Destination::of)).toList();
  }

  Set<ProxyMode> modes() {
    Set<ProxyMode> modes = new LinkedHashSet<>();
    for (String name : texts("modes")) {
      modes.add(
          ProxyMode.named(name)
              .orElseThrow(() -> error("'" + name + "' is no mode; write nftables or iptables")));
    }
    return modes.isEmpty() ? Set.of(ProxyMode.values()) : modes;
  }

  /** To be called when all keys were asked for: the others are errors. */
  public void end() {
    Set<String> unknown = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw error(
          "unknown key '"
              + unknown.iterator().next()
              + "'; known here are "
              + String.join(", ", sorted(known)));
    }
  }

  private static List<String> sorted(Set<String> keys) {
    return Stream.of(keys.toArray(String[]::new)).sorted().toList();
  }
}
