package io.pointsman.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which labels an object must have: the {@code labelSelector} of lists and watches. */
record LabelSelector(String text, List<Predicate<Map<String, String>>> requirements) {
  private static final String KEY = "[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?";
  private static final String VALUE = "[-A-Za-z0-9_.]*";
  private static final Pattern EXISTS = Pattern.compile("(?<not>!?)\\s*(?<key>" + KEY + ")");
  private static final Pattern EQUALS =
      Pattern.compile("(?<key>" + KEY + ")\\s*(?<op>=|==|!=)\\s*(?<value>" + VALUE + ")");
  private static final Pattern AMONG =
      Pattern.compile("(?<key>" + KEY + ")\\s+(?<op>in|notin)\\s*\\((?<values>[^()]*)\\)");

  /** Commas that do not stand in parentheses. */
  private static final Pattern BETWEEN = Pattern.compile(",(?![^(]*\\))");

  static LabelSelector parse(String text) {
    List<Predicate<Map<String, String>>> requirements = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : BETWEEN.split(text, -1)) {
        requirements.add(requirement(part.strip()));
      }
    }
    return new LabelSelector(text, List.copyOf(requirements));
  }

  private static Predicate<Map<String, String>> requirement(String part) {
    Matcher equal = EQUALS.matcher(part);
    if (equal.matches()) {
      return requirement(
          equal.group("key"), Set.of(equal.group("value")), !equal.group("op").equals("!="));
    }
    Matcher among = AMONG.matcher(part);
    if (among.matches()) {
      Set<String> values = Set.copyOf(List.of(among.group("values").strip().split("\\s*,\\s*")));
      return requirement(among.group("key"), values, among.group("op").equals("in"));
    }
    Matcher exists = EXISTS.matcher(part);
    if (exists.matches()) {
      String key = exists.group("key");
      return exists.group("not").isEmpty()
          ? labels -> labels.containsKey(key)
          : labels -> !labels.containsKey(key);
    }
    throw StatusException.badRequest("unable to parse requirement: '" + part + "'");
  }

  private static Predicate<Map<String, String>> requirement(
      String key, Set<String> values, boolean among) {
    return labels -> {
      String value = labels.get(key);
      return value == null ? !among : values.contains(value) == among;
    };
  }

  boolean matches(Stored object) {
    return requirements.stream().allMatch(requirement -> requirement.test(object.labels()));
  }
}
