package io.pointsman.manifests;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of an object that the Kubernetes API does not know, by fabric8's models. */
final class UnknownFields {
  /** Where a model keeps what it was given and has no field for. */
  private static final String UNKNOWN = "additionalProperties";

  private UnknownFields() {}

  /** The paths of these fields, such as {@code spec.template.spek}; empty when all is known. */
  static List<String> in(Object model) {
    return walk("", model).toList();
  }

  private static Stream<String> walk(String path, @Nullable Object value) {
    return switch (value) {
      case null -> Stream.empty();
      case List<?> list ->
          IntStream.range(0, list.size())
              .boxed()
              .flatMap(i -> walk(path + "[" + i + "]", list.get(i)));
      case Map<?, ?> map ->
          map.entrySet().stream().flatMap(e -> walk(path + "." + e.getKey(), e.getValue()));
      case Object model when model.getClass().getName().startsWith("io.fabric8.") ->
          Stream.of(model.getClass().getDeclaredFields())
              .filter(field -> !Modifier.isStatic(field.getModifiers()))
              .flatMap(field -> field(path, model, field));
      default -> Stream.empty();
    };
  }

  private static Stream<String> field(String path, Object model, Field field) {
    try {
      field.setAccessible(true);
      Object value = field.get(model);
      return field.getName().equals(UNKNOWN) && value instanceof Map<?, ?> unknown
          ? unknown.keySet().stream().map(name -> path + "." + name)
          : walk(path + "." + field.getName(), value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(path + "." + field.getName() + " cannot be read", e);
    }
  }
}
