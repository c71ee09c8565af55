package io.pointsman.iptables;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Input for iptables-restore that remembers which rule stands in which line. Its text, some
 * megabytes for a large cluster, exists only while it is written.
 */
final class Script {
  private static final int CHUNK = 1 << 16;

  /** Lines that follow each other. */
  private sealed interface Part {
    void write(StringBuilder text);
  }

  private record Line(String text) implements Part {
    @Override
    public void write(StringBuilder out) {
      out.append(text).append('\n');
    }
  }

  private record Block(ChainId chain, List<Rule> rules) implements Part {
    @Override
    public void write(StringBuilder out) {
      for (Rule rule : rules) {
        out.append("-A ").append(chain.name());
        Printer.write(rule, out);
        out.append('\n');
      }
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final NavigableMap<Integer, Block> blocks = new TreeMap<>();
  private int lines;

  void line(String line) {
    parts.add(new Line(line));
    lines++;
  }

  void line(String line, Hook rule) {
    line(line);
    blocks.put(lines, new Block(rule.chain(), List.of(rule.rule())));
  }

  /** A line for each rule, which appends it to the chain. */
  void rules(ChainId chain, List<Rule> rules) {
    Block block = new Block(chain, rules);
    parts.add(block);
    blocks.put(lines + 1, block);
    lines += rules.size();
  }

  /** Writes the text as UTF-8, in portions. */
  void writeTo(OutputStream out) throws IOException {
    StringBuilder portion = new StringBuilder(2 * CHUNK);
    for (Part part : parts) {
      part.write(portion);
      if (portion.length() >= CHUNK) {
        out.write(portion.toString().getBytes(StandardCharsets.UTF_8));
        portion.setLength(0);
      }
    }
    out.write(portion.toString().getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writeTo(text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString(StandardCharsets.UTF_8);
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
    return text()
        .lines()
        .skip(Math.max(0, first - 1))
        .limit(Math.max(0, last - Math.max(1, first) + 1))
        .reduce((a, b) -> a + "\n" + b)
        .orElse("");
  }
}
