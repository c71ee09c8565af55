package io.pointsman.lab.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the course, played with packets, and its page beside it. */
class RowsTest {
  static List<Row> rows() {
    return Rows.all();
  }

  /** The page that lies in the repository. */
  private static String page(Row row) throws IOException {
    Path top = Path.of("").toAbsolutePath();
    while (!Files.exists(top.resolve("docs/lab"))) {
      top = java.util.Objects.requireNonNull(top.getParent(), "no docs/lab above");
    }
    return Files.readString(top.resolve("docs/lab").resolve(CourseText.fileName(row)));
  }

  @NeedsPlugins
  @ParameterizedTest
  @MethodSource("rows")
  void comesAsTold(Row row) {
    NeedsPlugins.Condition.check(row);
    List<StepResult> results = RowRunner.play(row, result -> {});

    assertThat(results).hasSameSizeAs(row.steps()).isNotEmpty();
    assertThat(results)
        .allSatisfy(result ->
            assertThat(result.differences())
                .as("%s%n%s", result.step().action(), result.said())
                .isEmpty());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void hasAPageThatTellsEachStepWithAnAnswerThatIsRight(Row row) throws IOException {
    String page = page(row);
    assertThat(page).contains(row.title(), row.about());
    int from = 0;
    for (Row.Step step : row.steps()) {
      String head = step.say() + "\n```console\n" + step.action() + "\n";
      int begin = page.indexOf(head, from);
      assertThat(begin)
          .as("'%s' is in the page; write it anew with 'learn --write'", head)
          .isNotNegative();
      from = page.indexOf("```\n", begin + head.length());
      String said = page.substring(begin + head.length(), from);
      assertThat(new StepResult(step, !step.fails(), said).differences()).as(head).isEmpty();
    }
  }

  @Test
  @NeedsPlugins
  void aRowThatComesOtherwiseIsSaidToDoSo() {
    Row wrong =
        RowReader.read(
            "99-wrong.yaml",
            """
            title: Wrong
            about: A connection to oneself.
            places: [red]
            steps:
            - say: Red answers itself.
              in: red
              run: ip -brief link show lo
              shows: [eth7]
            - say: A command that fails.
              in: red
              run: "false"
            """);
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

    assertThat(new Narrator(out, false).tell(wrong)).isFalse();
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("! it should have said 'eth7'", "! it failed", "Something came otherwise")
        .doesNotContain("\u001b");
  }
}
