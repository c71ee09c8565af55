package io.pointsman.netlink.netns;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One run of a command: feeds it, drains both outputs, waits with a limit. */
final class CommandRun {
  private static final Executor DRAIN =
      task -> Thread.ofPlatform().daemon().name("command-output").start(task);

  private CommandRun() {}

  static CommandResult run(
      List<String> asGiven, List<String> command, String input, Duration limit) {
    Process process = start(asGiven, command);
    try {
      CompletableFuture<String> output = drain(process.getInputStream());
      CompletableFuture<String> errors = drain(process.getErrorStream());
      feed(process, input);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NamespaceException(
            "'" + String.join(" ", asGiven) + "' did not end within " + limit.toSeconds() + " s");
      }
      return new CommandResult(asGiven, process.exitValue(), output.join(), errors.join());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new NamespaceException("interrupted in '" + String.join(" ", asGiven) + "'", stop);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> asGiven, List<String> command) {
    try {
      return new ProcessBuilder(command).start();
    } catch (IOException missing) {
      throw new NamespaceException(
          "cannot start '" + String.join(" ", asGiven) + "': " + missing.getMessage(), missing);
    }
  }

  private static void feed(Process process, String input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException endedEarly) {
      // The command stopped reading; its exit code and its error output say why.
    }
  }

  private static CompletableFuture<String> drain(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        },
        DRAIN);
  }
}
