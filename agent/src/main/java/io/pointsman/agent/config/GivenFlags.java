package io.pointsman.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The flags that were given.
 *
 * @param texts their values by name with dashes, in the order in which they were given
 */
public record GivenFlags(Map<String, List<String>> texts) {
  /** None. */
  public static final GivenFlags NONE = new GivenFlags(Map.of());

  public GivenFlags {
    texts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  boolean has(Flag<?> flag) {
    return texts.containsKey(flag.name());
  }

  /**
   * The value of a flag.
   *
   * @param problems takes what is wrong with it
   * @return empty when it was not given, or is wrong
   */
  <T> Optional<T> value(Flag<T> flag, List<String> problems) {
    List<T> values = new ArrayList<>();
    for (String text : texts.getOrDefault(flag.name(), List.of())) {
      Optional<T> value = flag.type().fromFlag().apply(text);
      if (value.isEmpty()) {
        problems.add(
            "invalid argument \"%s\" for \"%s\" flag: it must be %s"
                .formatted(text, flag.name(), flag.type().allowed()));
        return Optional.empty();
      }
      values.add(value.get());
    }
    return values.stream().reduce((earlier, later) -> joined(flag, earlier, later));
  }

  /** What lists and maps say adds up; of other flags the last one counts. */
  @SuppressWarnings("unchecked") // the type of the flag is that of both values
  private static <T> T joined(Flag<T> flag, T earlier, T later) {
    if (earlier instanceof List<?> first && later instanceof List<?> second) {
      List<Object> both = new ArrayList<>(first);
      both.addAll(second);
      return (T) List.copyOf(both);
    }
    if (flag.type() == Type.GATES) {
      Map<String, Boolean> both = new TreeMap<>((Map<String, Boolean>) earlier);
      both.putAll((Map<String, Boolean>) later);
      return (T) both;
    }
    return later;
  }
}
