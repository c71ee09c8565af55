package io.pointsman.lab.servers;

import io.pointsman.lab.ChildProcesses;
import io.pointsman.lab.LabException;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server program in a network namespace, with a directory of its own. It gets SIGTERM when it is
 * closed and when this process ends, however that ends: on SIGKILL nginx would leave its workers.
 */
final class ServerProcess implements AutoCloseable {
  private static final long LIMIT_SECONDS = 20;
  private static final long STEP_MILLIS = 10;

  private final NetworkNamespace namespace;
  private final Path directory;
  private final ChildProcesses children = new ChildProcesses("TERM");
  private Optional<Process> process = Optional.empty();

  /**
   * @param directory made if it is not there
   */
  ServerProcess(NetworkNamespace namespace, Path directory) {
    this.namespace = namespace;
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new LabException("cannot make the directory of a server: " + failed, failed);
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /**
   * Replaces a file as a whole: a server that reads it at the same time sees the old or the new.
   */
  void write(String name, String text) {
    try {
      Path fresh = Files.writeString(file(name + ".new"), text);
      Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new LabException("cannot write " + file(name) + ": " + failed, failed);
    }
  }

  /** Takes a file away, if it is there. */
  void remove(String name) {
    try {
      Files.deleteIfExists(file(name));
    } catch (IOException failed) {
      throw new LabException("cannot remove " + file(name) + ": " + failed, failed);
    }
  }

  /**
   * Starts the program and waits until it serves; its outputs go to the file {@code log}.
   *
   * @param ready whether it does; asked again and again
   * @throws LabException with the program's own words when it ends or does not come to serve; it is
   *     closed then
   */
  void start(BooleanSupplier ready, String... command) {
    process =
        Optional.of(
            children.start(
                new ProcessBuilder(namespace.enter(List.of(command)))
                    .redirectErrorStream(true)
                    .redirectOutput(file("log").toFile())));
    try {
      await(ready);
    } catch (LabException failed) {
      close();
      throw new LabException(
          String.join(" ", command) + " does not serve: " + failed.getMessage(), failed);
    }
  }

  /**
   * Waits for what the program does by itself.
   *
   * @throws LabException with the program's own words when it ends, or does not do it in twenty
   *     seconds
   */
  void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try {
      while (!done.getAsBoolean()) {
        if (process().waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new LabException("it ended with " + process().exitValue() + "; " + log());
        }
        if (System.nanoTime() - deadline > 0) {
          throw new LabException("nothing came of it in " + LIMIT_SECONDS + " s; " + log());
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for a server", stop);
    }
  }

  /** Processes that the program started and that run. */
  List<ProcessHandle> workers() {
    return process().children().toList();
  }

  private Process process() {
    return process.orElseThrow(() -> new LabException("the server was not started"));
  }

  private String log() {
    try {
      return "it said: " + Files.readString(file("log"));
    } catch (IOException unreadable) {
      return "its log cannot be read: " + unreadable;
    }
  }

  /** Runs a command that ends, in the server's namespace. */
  CommandResult run(String... command) {
    return namespace.exec(command);
  }

  /** Ends the program with all that it started; its files stay. */
  @Override
  public void close() {
    process.ifPresent(ServerProcess::end);
    children.close();
  }

  /** Gives it the time to end what it started. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
