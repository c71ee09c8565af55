package io.pointsman.kubernetes;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A value in a YAML file that knows where it stands.
 *
 * @param file what error messages call the file
 * @param node the parsed value
 */
public record YamlValue(String file, Node node) {
  /** One entry of a mapping. */
  public record Entry(YamlValue key, YamlValue value) {}

  /**
   * A scalar.
   *
   * @param kind what YAML's core schema takes it for
   * @param text as written, without quotes
   */
  public record Scalar(Kind kind, String text) {
    /** What a scalar is. */
    public enum Kind {
      NULL,
      TRUTH,
      INTEGER,
      FRACTION,
      TEXT
    }
  }

  private static final JsonFactory JSON = new JsonFactory();

  /** Deeper nesting means an anchor that contains itself; Kubernetes objects stay far below. */
  static final int DEEPEST = 100;

  /** {@code FILE:LINE:COLUMN}, counted from 1. */
  public String position() {
    return node.getStartMark().map(mark -> YamlFile.at(file, mark)).orElse(file);
  }

  public ManifestException error(String problem) {
    return new ManifestException(position() + ": " + problem);
  }

  public boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  public boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** The value of a key of a mapping; the last one when the key is repeated. */
  public Optional<YamlValue> field(String key) {
    Optional<YamlValue> found = Optional.empty();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
          found = Optional.of(new YamlValue(file, entry.getValueNode()));
        }
      }
    }
    return found;
  }

  /** The entries of a mapping in the order of the file, repeated keys included; else empty. */
  public List<Entry> entries() {
    if (!(node instanceof MappingNode mapping)) {
      return List.of();
    }
    return mapping.getValue().stream()
        .map(entry ->
            new Entry(
                new YamlValue(file, entry.getKeyNode()), new YamlValue(file, entry.getValueNode())))
        .toList();
  }

  /** The value as it is written, when it is neither mapping nor sequence; null included. */
  public Optional<Scalar> scalar() {
    return node instanceof ScalarNode scalar
        ? Optional.of(new Scalar(kind(scalar.getTag()), scalar.getValue()))
        : Optional.empty();
  }

  private static Scalar.Kind kind(Tag tag) {
    if (tag.equals(Tag.INT)) {
      return Scalar.Kind.INTEGER;
    }
    if (tag.equals(Tag.FLOAT)) {
      return Scalar.Kind.FRACTION;
    }
    if (tag.equals(Tag.BOOL)) {
      return Scalar.Kind.TRUTH;
    }
    return tag.equals(Tag.NULL) ? Scalar.Kind.NULL : Scalar.Kind.TEXT;
  }

  public boolean isSequence() {
    return node instanceof SequenceNode;
  }

  /** The items of a sequence; empty when this is none. */
  public List<YamlValue> items() {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of();
    }
    return sequence.getValue().stream().map(item -> new YamlValue(file, item)).toList();
  }

  /** The text of a scalar that is neither null nor a number or truth value. */
  public Optional<String> text() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /**
   * The value at a path.
   *
   * @param path field names, and item numbers as {@code [0]}
   */
  Optional<YamlValue> at(List<String> path) {
    Optional<YamlValue> at = Optional.of(this);
    for (String step : path) {
      at = at.flatMap(value -> value.step(step));
    }
    return at;
  }

  /** The value at a path, or the nearest existing value above it. */
  YamlValue nearest(List<String> path) {
    return at(path).orElseGet(() -> nearest(path.subList(0, path.size() - 1)));
  }

  private Optional<YamlValue> step(String step) {
    return step.startsWith("[") ? item(step) : field(step);
  }

  private Optional<YamlValue> item(String step) {
    int index = Integer.parseInt(step.substring(1, step.length() - 1));
    List<YamlValue> items = items();
    return index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
  }

  /** A whole number that fits 32 bits. */
  OptionalInt number() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)
        ? OptionalInt.of(integer(scalar.getValue()).intValue())
        : OptionalInt.empty();
  }

  /**
   * This value as JSON.
   *
   * @return UTF-8
   * @throws ManifestException for a repeated key, a key that is no text, or endless nesting
   */
  public byte[] json() {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
      write(generator, 0);
    }
    return json.toByteArray();
  }

  private void write(JsonGenerator json, int depth) {
    if (depth > DEEPEST) {
      throw error("is nested more than " + DEEPEST + " levels deep: look for an alias to itself");
    }
    switch (node) {
      case MappingNode mapping -> writeMapping(mapping, json, depth);
      case SequenceNode sequence -> {
        json.writeStartArray();
        for (Node item : sequence.getValue()) {
          new YamlValue(file, item).write(json, depth + 1);
        }
        json.writeEndArray();
      }
      case ScalarNode scalar -> writeScalar(scalar, json);
      default -> throw error("is neither mapping, sequence nor scalar");
    }
  }

  private void writeMapping(MappingNode mapping, JsonGenerator json, int depth) {
    Set<String> names = new HashSet<>();
    json.writeStartObject();
    for (NodeTuple entry : mapping.getValue()) {
      YamlValue key = new YamlValue(file, entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode name)) {
        throw key.error("a key must be a text");
      }
      if (!names.add(name.getValue())) {
        throw key.error("'" + name.getValue() + "' stands twice in one mapping: remove one");
      }
      json.writeName(name.getValue());
      new YamlValue(file, entry.getValueNode()).write(json, depth + 1);
    }
    json.writeEndObject();
  }

  private void writeScalar(ScalarNode scalar, JsonGenerator json) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      json.writeNull();
    } else if (tag.equals(Tag.BOOL)) {
      json.writeBoolean(Boolean.parseBoolean(text));
    } else if (tag.equals(Tag.INT)) {
      json.writeNumber(integer(text));
    } else if (tag.equals(Tag.FLOAT)) {
      writeFloat(text, json);
    } else {
      json.writeString(text);
    }
  }

  private static void writeFloat(String text, JsonGenerator json) {
    try {
      json.writeNumber(Double.parseDouble(text));
    } catch (NumberFormatException infinite) {
      json.writeString(text);
    }
  }

  /** A tag, as in {@code !!int many}, may call anything a number. */
  private BigInteger integer(String text) {
    try {
      return text.startsWith("0x")
          ? new BigInteger(text.substring(2), 16)
          : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    } catch (NumberFormatException mistagged) {
      throw error("'" + text + "' is no whole number: remove the tag !!int");
    }
  }
}
