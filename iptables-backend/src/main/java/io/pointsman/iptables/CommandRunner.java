package io.pointsman.iptables;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end: the one place where this module has effects. */
@FunctionalInterface
interface CommandRunner {
  /** How long the end of what was killed may take. */
  Duration END_LIMIT = Duration.ofSeconds(1);

  /**
   * What a program said.
   *
   * @param exitCode 0..255
   */
  record Outcome(int exitCode, String output, String errors) {}

  /** The program was killed before its end; what it did is not known. */
  final class Unfinished extends IOException {
    private static final long serialVersionUID = 1;

    Unfinished(String message) {
      super(message);
    }
  }

  /** What a program reads: written while it reads, so that neither waits for the other to end. */
  @FunctionalInterface
  interface Input {
    Input NOTHING = out -> {};

    /**
     * Writes all of it, always the same.
     *
     * @throws IOException when nobody reads any more
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Runs the program.
   *
   * @param environment variables besides those of this process
   * @param input its standard input; asked for on another thread
   * @param limit how long it may take
   * @throws Unfinished when it took longer, or the calling thread was interrupted
   * @throws IOException when it could not be started
   */
  Outcome run(List<String> command, Map<String, String> environment, Input input, Duration limit)
      throws IOException;

  /** As the other, with no more variables. */
  default Outcome run(List<String> command, Input input, Duration limit) throws IOException {
    return run(command, Map.of(), input, limit);
  }

  /** Programs of the PATH, in the network namespace of the calling thread. */
  static CommandRunner ofHost() {
    Executor drain = task -> Thread.ofPlatform().daemon().name("iptables-output").start(task);
    return (command, environment, input, limit) -> {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      LeftBehind.mark(builder.environment());
      Process process = builder.start();
      try {
        CompletableFuture<String> output = text(process.getInputStream(), drain);
        CompletableFuture<String> errors = text(process.getErrorStream(), drain);
        // Fed from another thread as well: a program that hangs before reading all of it must
        // not make us hang with it.
        drain.execute(() -> feed(process, input));
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new Unfinished(
              "'"
                  + String.join(" ", command)
                  + "' did not end within "
                  + limit.toSeconds()
                  + " s and was killed; look for another program that holds /run/xtables.lock");
        }
        return new Outcome(process.exitValue(), output.join(), errors.join());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new Unfinished(
            "interrupted in '" + String.join(" ", command) + "', which was killed");
      } finally {
        if (process.isAlive()) {
          end(process);
        }
      }
    };
  }

  /**
   * With all that it has started. A flock(1) ends after its tool by itself; killed before, it could
   * not take note of the tool's end, and in a container nobody would.
   */
  private static void end(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    if (!started.isEmpty()) {
      started.forEach(ProcessHandle::destroyForcibly);
      process
          .onExit()
          .completeOnTimeout(process, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    }
    process.destroyForcibly();
  }

  private static void feed(Process process, Input input) {
    try (OutputStream stdin = process.getOutputStream()) {
      input.writeTo(stdin);
    } catch (IOException endedEarly) {
      // It stopped reading; its exit code and its error output say why.
    }
  }

  private static CompletableFuture<String> text(InputStream stream, Executor drain) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        },
        drain);
  }
}
