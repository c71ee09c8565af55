package io.pointsman.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Figures with where and how they were taken.
 *
 * @param command the words that take them again
 */
public record Report(Machine machine, String command, List<Figure> figures) {
  private static final List<String> HEAD =
      List.of(
          "row",
          "what",
          "Services x endpoints",
          "Pointsman",
          "peer's shape",
          "peer / Pointsman",
          "target");

  public Report {
    figures = List.copyOf(figures);
  }

  /** For a terminal. */
  public String text() {
    List<List<String>> rows = rows();
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    String table =
        rows.stream()
            .map(row ->
                IntStream.range(0, row.size())
                    .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - row.get(i).length()))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
            .collect(Collectors.joining("\n"));
    return preamble() + "\n" + table + "\n";
  }

  /** For a file in Markdown. */
  public String markdown() {
    List<String> lines = new ArrayList<>();
    rows().forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
    lines.add(1, "|" + "---|".repeat(HEAD.size()));
    return preamble() + "\n" + String.join("\n", lines) + "\n";
  }

  private String preamble() {
    return machine.line()
        + "\n"
        + machine.warning().map(line -> line + "\n").orElse("")
        + "Command: `"
        + command
        + "`\n";
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    figures.forEach(figure -> rows.add(row(figure)));
    return rows;
  }

  private static List<String> row(Figure figure) {
    return List.of(
        figure.row(),
        figure.what(),
        figure.size().toString(),
        amount(figure.ours(), figure.unit()),
        amount(figure.peer(), figure.unit()),
        ratio(figure),
        figure.target().map(t -> t.words() + (t.isMet() ? ": met" : ": MISSED")).orElse(""));
  }

  private static String amount(Measure measure, String unit) {
    return switch (measure) {
      case Measure.Value(double amount) -> digits(amount) + " " + unit;
      case Measure.Beyond(double bound) -> "stopped after " + digits(bound) + " " + unit;
      case Measure.Missing(String why) -> why;
    };
  }

  private static String ratio(Figure figure) {
    OptionalDouble ratio = figure.ratio();
    return ratio.isEmpty()
        ? ""
        : (figure.peer() instanceof Measure.Beyond ? "> " : "") + digits(ratio.getAsDouble());
  }

  /** Three significant digits, and all of them before the decimal point. */
  static String digits(double amount) {
    int after = amount >= 100 ? 0 : amount >= 10 ? 1 : amount >= 1 ? 2 : 3;
    String text = String.format(Locale.ROOT, "%,." + after + "f", amount);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
