package io.pointsman.kubernetes;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in a YAML file that knows where it stands.
 *
 * @param file what error messages call the file
 * @param node the parsed value
 */
record YamlValue(String file, Node node) {
  /** Deeper nesting means an anchor that contains itself; Kubernetes objects stay far below. */
  private static final int DEEPEST = 100;

  /** {@code FILE:LINE:COLUMN}, counted from 1. */
  String position() {
    return node.getStartMark().map(mark -> YamlFile.at(file, mark)).orElse(file);
  }

  ManifestException error(String problem) {
    return new ManifestException(position() + ": " + problem);
  }

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** The value of a key of a mapping; the last one when the key is repeated. */
  Optional<YamlValue> field(String key) {
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

  /** The items of a sequence; empty when this is none. */
  List<YamlValue> items() {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of();
    }
    return sequence.getValue().stream().map(item -> new YamlValue(file, item)).toList();
  }

  /** The text of a scalar that is neither null nor a number or truth value. */
  Optional<String> text() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /**
   * The value at a path, or the nearest existing value above it.
   *
   * @param path field names, and item numbers as {@code [0]}
   */
  YamlValue nearest(List<String> path) {
    YamlValue at = this;
    for (String step : path) {
      Optional<YamlValue> next = step.startsWith("[") ? at.item(step) : at.field(step);
      if (next.isEmpty()) {
        return at;
      }
      at = next.get();
    }
    return at;
  }

  private Optional<YamlValue> item(String step) {
    int index = Integer.parseInt(step.substring(1, step.length() - 1));
    List<YamlValue> items = items();
    return index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
  }

  /**
   * This value as maps, lists, texts, numbers, truth values and {@code null}.
   *
   * @throws ManifestException for a repeated key, a key that is no text, or endless nesting
   */
  @Nullable Object plain() {
    return plain(0);
  }

  private @Nullable Object plain(int depth) {
    if (depth > DEEPEST) {
      throw error("is nested more than " + DEEPEST + " levels deep: look for an alias to itself");
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, depth);
      case SequenceNode sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          list.add(new YamlValue(file, item).plain(depth + 1));
        }
        yield list;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw error("is neither mapping, sequence nor scalar");
    };
  }

  private Map<String, @Nullable Object> mapping(MappingNode mapping, int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      YamlValue key = new YamlValue(file, entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode name)) {
        throw key.error("a key must be a text");
      }
      if (map.containsKey(name.getValue())) {
        throw key.error("'" + name.getValue() + "' stands twice in one mapping: remove one");
      }
      map.put(name.getValue(), new YamlValue(file, entry.getValueNode()).plain(depth + 1));
    }
    return map;
  }

  private @Nullable Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return null;
    } else if (tag.equals(Tag.BOOL)) {
      return Boolean.parseBoolean(text);
    } else if (tag.equals(Tag.INT)) {
      return integer(text);
    } else if (tag.equals(Tag.FLOAT)) {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException infinite) {
        return text;
      }
    }
    return text;
  }

  private static Number integer(String text) {
    BigInteger value =
        text.startsWith("0x")
            ? new BigInteger(text.substring(2), 16)
            : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    if (value.bitLength() < Integer.SIZE) {
      return value.intValue();
    }
    return value;
  }
}
