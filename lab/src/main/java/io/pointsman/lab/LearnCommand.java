package io.pointsman.lab;

import io.pointsman.lab.learn.CourseText;
import io.pointsman.lab.learn.Narrator;
import io.pointsman.lab.learn.Row;
import io.pointsman.lab.learn.RowRunner;
import io.pointsman.lab.learn.Rows;
import io.pointsman.lab.learn.StepResult;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays rows of the course. Exit codes: 0 all came as told, 1 something did not, 2 cannot run. */
@Command(
    name = "learn",
    description = "Plays a row of the course with real packets; without a row, lists them.",
    mixinStandardHelpOptions = true)
final class LearnCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "ROW", description = "The row's number.")
  private Optional<Integer> row = Optional.empty();

  @Option(names = "--row", paramLabel = "ROW", description = "The same.")
  private Optional<Integer> named = Optional.empty();

  @Option(
      names = "--write",
      paramLabel = "DIRECTORY",
      description = "Write the rows' pages there, with what the commands said.")
  private Optional<Path> directory = Optional.empty();

  LearnCommand() {}

  @Override
  public Integer call() throws IOException {
    Optional<Integer> wanted = row.or(() -> named);
    if (wanted.isEmpty() && directory.isEmpty()) {
      Rows.all().forEach(one -> System.out.println(one.number() + "\t" + one.title()));
      return CommandLine.ExitCode.OK;
    }
    List<Row> rows = wanted.map(LearnCommand::numbered).map(List::of).orElseGet(Rows::all);
    List<String> missing =
        LabNeeds.missingForRows(rows.stream().flatMap(one -> one.programs().stream()).toList());
    if (!missing.isEmpty()) {
      throw new LabException("this cannot run here: " + String.join("; ", missing));
    }
    boolean asTold = true;
    for (Row one : rows) {
      asTold &= directory.isPresent() ? write(one, directory.get()) : tell(one);
    }
    return asTold ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static Row numbered(int number) {
    return Rows.numbered(number)
        .orElseThrow(() ->
            new LabException(
                "there is no row "
                    + number
                    + "; there are "
                    + Rows.all().stream().map(Row::number).toList()));
  }

  private static boolean tell(Row row) {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new Narrator(System.out, terminal).tell(row);
  }

  private static boolean write(Row row, Path directory) throws IOException {
    List<StepResult> results = RowRunner.play(row, result -> {});
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(CourseText.fileName(row)), CourseText.of(row, results));
    return results.stream().allMatch(one -> one.differences().isEmpty());
  }
}
