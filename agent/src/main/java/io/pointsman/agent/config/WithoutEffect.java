package io.pointsman.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says what was asked for and changes nothing, so that nobody counts on it. */
final class WithoutEffect {
  private WithoutEffect() {}

  /** A line for each reason. */
  static List<String> notices(Configuration complete, GivenFlags flags) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    String mode = complete.get(Fields.MODE);
    for (Field<?> field : complete.fields()) {
      if (complete.get(field).equals(field.fallback())) {
        continue;
      }
      switch (field.effect()) {
        case Field.Effect.None(String reason) -> add(byReason, reason, name(complete, field));
        case Field.Effect.Own() -> {}
        case Field.Effect.Honoured() -> {
          if (isOfOtherMode(field, mode)) {
            add(byReason, "the mode is " + mode, name(complete, field));
          }
        }
      }
    }
    for (String name : List.of("--boot-id-file", "--machine-id-file")) {
      if (flags.texts().containsKey(name)) {
        add(byReason, "no file of this kind is read", name);
      }
    }
    List<String> notices = new ArrayList<>();
    byReason.forEach((reason, names) ->
        notices.add("No effect: " + String.join(", ", names) + ", as " + reason));
    return notices;
  }

  private static void add(Map<String, List<String>> byReason, String reason, String name) {
    byReason.computeIfAbsent(reason, any -> new ArrayList<>()).add(name);
  }

  private static String name(Configuration complete, Field<?> field) {
    return complete.origin(field).filter(origin -> origin.startsWith("--")).orElse(field.path());
  }

  private static boolean isOfOtherMode(Field<?> field, String mode) {
    return field.path().startsWith(mode.equals("nftables") ? "iptables." : "nftables.");
  }
}
