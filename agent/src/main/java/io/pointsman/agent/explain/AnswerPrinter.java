package io.pointsman.agent.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes an answer for a person at a terminal. */
public final class AnswerPrinter {
  /** A Service can have thousands of endpoints; whoever wants all asks for JSON. */
  private static final int MOST_LINES = 40;

  private final StringBuilder text = new StringBuilder();

  private AnswerPrinter() {}

  /** The answer as lines of text. */
  public static String print(Answer answer) {
    AnswerPrinter printer = new AnswerPrinter();
    printer.line(answer.packet());
    answer.service().ifPresent(printer::service);
    printer.list("Plan", answer.reasons());
    printer.rules(answer);
    printer.fate(answer.outcomes());
    printer.list("Look at this", answer.warnings());
    return printer.text.toString();
  }

  /** Most packets have one way through the rules; where there are several, each is shown. */
  private void rules(Answer answer) {
    Map<List<String>, List<String>> ways = new LinkedHashMap<>();
    for (Answer.Outcome outcome : answer.outcomes()) {
      ways.computeIfAbsent(outcome.path(), path -> new ArrayList<>()).add(outcome.fate());
    }
    String title = "Rules of mode " + answer.mode() + ", " + origin(answer);
    ways.forEach((path, fates) -> {
      String others = fates.size() > 1 ? " or " + (fates.size() - 1) + " alike" : "";
      list(ways.size() == 1 ? title : title + ", when " + fates.getFirst() + others, path);
    });
  }

  private static String origin(Answer answer) {
    return answer.rules().equals("kernel") ? "as the kernel holds them" : "as planned";
  }

  private void service(Answer.OfService service) {
    line("");
    line("Service   " + service.name());
    line("Frontend  " + service.frontend());
    line("Policy    " + service.policy());
    if (service.affinitySeconds() > 0) {
      line("Affinity  a client stays with its endpoint for " + service.affinitySeconds() + " s");
    }
    if (!service.sourceRanges().isEmpty()) {
      line("Allowed   " + String.join(", ", service.sourceRanges()));
    }
    list("Endpoints", service.endpoints().stream().map(AnswerPrinter::endpoint).toList());
  }

  private static String endpoint(Answer.Endpoint endpoint) {
    return String.format(
        Locale.ROOT,
        "%-4s %-22s %s%s",
        endpoint.used() ? "in" : "out",
        endpoint.address(),
        endpoint.node().isEmpty() ? "" : "on " + endpoint.node() + ": ",
        endpoint.reason());
  }

  private void fate(List<Answer.Outcome> outcomes) {
    list(
        "Fate",
        outcomes.stream()
            .map(outcome ->
                String.format(Locale.ROOT, "%6.2f %%  %s", 100 * outcome.share(), outcome.fate()))
            .toList());
  }

  private void list(String title, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    line("");
    line(title);
    lines.stream().limit(MOST_LINES).forEach(each -> line("  " + each));
    if (lines.size() > MOST_LINES) {
      line("  ... and " + (lines.size() - MOST_LINES) + " more; -o json lists them");
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
