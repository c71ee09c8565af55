package io.pointsman.lab.learn;

import java.util.List;
import java.util.Locale;

/** A row as a page of text, with what its commands said when it was played. */
public final class CourseText {
  private CourseText() {}

  /** Name of the page's file, such as {@code 02-bridge.md}. */
  public static String fileName(Row row) {
    return String.format(Locale.ROOT, "%02d-%s.md", row.number(), row.name());
  }

  /** The page in Markdown. */
  public static String of(Row row, List<StepResult> results) {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(row.number()).append(". ").append(row.title()).append("\n\n");
    page.append(row.about()).append("\n\n");
    page.append("`bin/pointsman-lab learn ").append(row.number());
    page.append("` plays this page. Places: ").append(String.join(", ", row.places()));
    page.append("; `$NAME` in a command is the path of that place's network namespace.\n");
    row.networks()
        .forEach(network ->
            page.append("\nNetwork list `")
                .append(network.path("name").asText())
                .append("`:\n```json\n")
                .append(network.toPrettyString())
                .append("\n```\n"));
    for (StepResult result : results) {
      page.append('\n').append(result.step().say()).append("\n```console\n");
      page.append(result.step().action()).append('\n');
      if (!result.said().isEmpty()) {
        result.said().lines().forEach(line -> page.append(line.stripTrailing()).append('\n'));
      }
      page.append("```\n");
      if (!result.step().way().isEmpty()) {
        page.append("The packet's way: ")
            .append(String.join(" → ", result.step().way()))
            .append(".\n");
      }
    }
    return page.toString();
  }
}
