package io.pointsman.iptables;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Input for iptables-restore that remembers which rule stands in which line. */
final class Script {
  private final StringBuilder text = new StringBuilder();
  private final NavigableMap<Integer, Block> blocks = new TreeMap<>();
  private int lines;

  /** Rules of one chain in lines one after the other. */
  private record Block(ChainId chain, List<Rule> rules) {}

  void line(String line) {
    text.append(line).append('\n');
    lines++;
  }

  void line(String line, Hook rule) {
    line(line);
    blocks.put(lines, new Block(rule.chain(), List.of(rule.rule())));
  }

  /** A line for each rule, which appends it to the chain. */
  void rules(ChainId chain, List<Rule> rules) {
    blocks.put(lines + 1, new Block(chain, rules));
    for (Rule rule : rules) {
      text.append("-A ").append(chain.name());
      Printer.write(rule, text);
      text.append('\n');
    }
    lines += rules.size();
  }

  String text() {
    return text.toString();
  }

  int lines() {
    return lines;
  }

  /** The rule in a line, counted from 1, when it holds one. */
  Optional<Hook> rule(int line) {
    Map.Entry<Integer, Block> entry = blocks.floorEntry(line);
    if (entry == null || line - entry.getKey() >= entry.getValue().rules().size()) {
      return Optional.empty();
    }
    Block block = entry.getValue();
    return Optional.of(new Hook(block.chain(), block.rules().get(line - entry.getKey())));
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
