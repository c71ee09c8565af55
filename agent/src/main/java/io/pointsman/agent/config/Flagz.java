package io.pointsman.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The flags for {@code /flagz}. */
public final class Flagz {
  private Flagz() {}

  /**
   * All flags with the value that was given, or their default; as in kube-proxy, a file changes
   * nothing about it.
   *
   * @param given flags of any kind, by name with dashes; those that set no field are told when
   *     given
   * @return by name without dashes, sorted
   */
  public static Map<String, String> of(GivenFlags given) {
    Map<String, String> flags = new TreeMap<>();
    Flags.ALL.forEach(flag -> flags.put(flag.name(), flag.fallback()));
    given.texts().forEach((name, texts) -> flags.put(name, String.join(",", texts)));
    return flags.entrySet().stream()
        .collect(
            Collectors.toMap(
                flag -> flag.getKey().replaceFirst("^-+", ""),
                Map.Entry::getValue,
                (first, second) -> second,
                LinkedHashMap::new));
  }
}
