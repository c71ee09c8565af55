package io.pointsman.iptables;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Input for iptables-restore that remembers which rule stands in which line. */
final class Script {
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, Hook> rules = new HashMap<>();
  private int lines;

  void line(String line) {
    text.append(line).append('\n');
    lines++;
  }

  void line(String line, Hook rule) {
    line(line);
    rules.put(lines, rule);
  }

  String text() {
    return text.toString();
  }

  int lines() {
    return lines;
  }

  /** The rule in a line, counted from 1, when it holds one. */
  Optional<Hook> rule(int line) {
    return Optional.ofNullable(rules.get(line));
  }

  /** The lines from {@code first} to {@code last}, as far as there are such. */
  String excerpt(int first, int last) {
    return text.toString()
        .lines()
        .skip(Math.max(0, first - 1))
        .limit(Math.max(0, last - Math.max(1, first) + 1))
        .reduce((a, b) -> a + "\n" + b)
        .orElse("");
  }
}
