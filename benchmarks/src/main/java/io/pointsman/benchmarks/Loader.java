package io.pointsman.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program that loads rules, in the network namespace of the calling thread.
 *
 * @param bound how long it may take; it is killed then
 */
record Loader(List<String> command, Duration bound) {
  Loader {
    command = List.copyOf(command);
  }

  /**
   * How long it takes from its start to its end, in milliseconds.
   *
   * @throws IOException when it cannot be started, or failed; its own words are on standard error
   */
  Measure load(String rules) throws IOException, InterruptedException {
    byte[] input = rules.getBytes(StandardCharsets.UTF_8);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Thread.ofPlatform().daemon().name("rules").start(() -> feed(process, input));
      if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Measure.Beyond(bound.toMillis());
      }
    } finally {
      process.destroyForcibly();
    }
    double millis = (System.nanoTime() - start) / 1e6;
    if (process.exitValue() != 0) {
      throw new IOException(
          "'" + String.join(" ", command) + "' ended with code " + process.exitValue());
    }
    return new Measure.Value(millis);
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException endedEarly) {
      // Its exit code tells.
    }
  }
}
