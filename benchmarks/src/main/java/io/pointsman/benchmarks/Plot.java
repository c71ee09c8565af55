package io.pointsman.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Amounts over numbers of Services, both on logarithmic axes, as an SVG image.
 *
 * @param title what is drawn
 * @param unit of the amounts
 * @param lines amounts by number of Services, all positive, by the name of the line
 */
public record Plot(String title, String unit, Map<String, TreeMap<Integer, Double>> lines) {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 80;
  private static final int RIGHT = 230;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int LINE_HEIGHT = 18;

  /** Told apart by people who see no red or no green: Okabe and Ito, "Color Universal Design". */
  private static final List<String> COLORS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");

  /**
   * The figures whose words contain this, one line for Pointsman and one for the peer's shape of
   * each; with the number of endpoints that most of them have.
   */
  public static Plot of(String title, String words, int endpoints, List<Figure> figures) {
    Map<String, TreeMap<Integer, Double>> lines = new LinkedHashMap<>();
    String unit = "";
    for (Figure figure : figures) {
      if (figure.what().contains(words) && figure.size().endpoints() == endpoints) {
        unit = figure.unit();
        put(lines, "Pointsman, " + mode(figure), figure, figure.ours());
        put(lines, "kube-proxy's shape, " + mode(figure), figure, figure.peer());
      }
    }
    return new Plot(title, unit, lines);
  }

  private static String mode(Figure figure) {
    return figure.what().substring(0, Math.max(0, figure.what().indexOf(':')));
  }

  private static void put(
      Map<String, TreeMap<Integer, Double>> lines, String name, Figure figure, Measure measure) {
    OptionalDouble amount = measure.atLeast();
    if (amount.isPresent() && amount.getAsDouble() > 0) {
      lines
          .computeIfAbsent(name, key -> new TreeMap<>())
          .put(figure.size().services(), amount.getAsDouble());
    }
  }

  /** The image; empty axes when there is nothing to draw. */
  public String svg() {
    Scale across =
        Scale.over(lines.values().stream().flatMap(line -> line.keySet().stream()).toList());
    Scale up = Scale.over(lines.values().stream().flatMap(line -> line.values().stream()).toList());
    List<String> parts = new ArrayList<>();
    parts.add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
        font-size="12"><rect width="100%%" height="100%%" fill="white"/>\
        <text x="%d" y="22" font-size="15">%s</text>\
        """
            .formatted(WIDTH, HEIGHT, LEFT, title));
    axes(across, up, parts);
    int number = 0;
    for (Map.Entry<String, TreeMap<Integer, Double>> line : lines.entrySet()) {
      line(number++, line.getKey(), line.getValue(), across, up, parts);
    }
    parts.add("</svg>\n");
    return String.join("\n", parts);
  }

  private void axes(Scale across, Scale up, List<String> parts) {
    int bottom = HEIGHT - BOTTOM;
    int right = WIDTH - RIGHT;
    for (int power = across.from(); power <= across.to(); power++) {
      double x = across.place(Math.pow(10, power), LEFT, right);
      parts.add(rule(x, TOP, x, bottom));
      parts.add(label(x, bottom + 16, "middle", Report.digits(Math.pow(10, power))));
    }
    for (int power = up.from(); power <= up.to(); power++) {
      double y = up.place(Math.pow(10, power), bottom, TOP);
      parts.add(rule(LEFT, y, right, y));
      parts.add(label(LEFT - 6, y + 4, "end", Report.digits(Math.pow(10, power)) + " " + unit));
    }
    parts.add(label((LEFT + right) / 2.0, bottom + 36, "middle", "Services"));
  }

  private static String rule(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
        x1,
        y1,
        x2,
        y2);
  }

  private static String label(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x,
        y,
        anchor,
        text);
  }

  private static void line(
      int number,
      String name,
      TreeMap<Integer, Double> points,
      Scale across,
      Scale up,
      List<String> parts) {
    String color = COLORS.get(number % COLORS.size());
    StringBuilder path = new StringBuilder();
    points.forEach((services, amount) -> {
      double x = across.place(services, LEFT, WIDTH - RIGHT);
      double y = up.place(amount, HEIGHT - BOTTOM, TOP);
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      parts.add(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s</title></circle>",
              x,
              y,
              color,
              Report.digits(amount)));
    });
    parts.add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"%s\"/>"
            .formatted(
                color,
                name.startsWith("kube-proxy") ? " stroke-dasharray=\"5 3\"" : "",
                path.toString().strip()));
    int y = TOP + LINE_HEIGHT * (number + 1);
    parts.add(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>"
            .formatted(WIDTH - RIGHT + 12, y, color, name));
  }

  /** Powers of ten from the first to the last of an axis. */
  private record Scale(int from, int to) {
    static Scale over(List<? extends Number> amounts) {
      double least = amounts.stream().mapToDouble(Number::doubleValue).min().orElse(1);
      double most = amounts.stream().mapToDouble(Number::doubleValue).max().orElse(10);
      int from = (int) Math.floor(Math.log10(least));
      return new Scale(from, Math.max(from + 1, (int) Math.ceil(Math.log10(most))));
    }

    double place(double amount, double start, double end) {
      return start + (Math.log10(amount) - from) / (to - from) * (end - start);
    }
  }
}
