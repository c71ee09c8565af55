package io.pointsman.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs trials, each in a JVM of its own with this one's options, and remembers what came out. */
final class FreshJvm {
  private final Map<Trial, Trial.Outcome> known = new HashMap<>();

  /**
   * The outcome of the trial, from before if it ran already.
   *
   * @throws IOException when the JVM ended without an outcome; why is on standard error
   */
  Trial.Outcome run(Trial trial) throws IOException, InterruptedException {
    Trial.Outcome before = known.get(trial);
    if (before != null) {
      return before;
    }
    Trial.Outcome outcome = Trial.parse(run(Trial.class, trial.arguments()));
    known.put(trial, outcome);
    return outcome;
  }

  /** The time of the trial, in milliseconds. */
  double run(ReadingTrial trial) throws IOException, InterruptedException {
    return Double.parseDouble(run(ReadingTrial.class, trial.arguments()));
  }

  private static String run(Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "the trial ended with code " + process.exitValue() + ": " + arguments);
      }
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
