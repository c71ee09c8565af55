package io.pointsman.lab.servers;

import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.netlink.netns.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server program in a place of a lab, with a directory of its own. */
final class ServerProcess {
  private static final long LIMIT_SECONDS = 20;
  private static final long STEP_MILLIS = 20;

  private final Lab lab;
  private final String place;
  private final Path directory;

  /**
   * @param directory made if it is not there
   */
  ServerProcess(Lab lab, String place, Path directory) {
    this.lab = lab;
    this.place = place;
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

  /** Replaces a file as a whole: a server that reads it at the same time sees the old or the new. */
  void write(String name, String text) {
    try {
      Path fresh = Files.writeString(file(name + ".new"), text);
      Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new LabException("cannot write " + file(name) + ": " + failed, failed);
    }
  }

  /**
   * Starts the program and waits until it serves.
   *
   * @param ready whether it does; asked again and again
   * @throws LabException with the program's own words when it ends or does not come to serve
   */
  void start(BooleanSupplier ready, String... command) {
    Path log = file("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = lab.start(place, builder);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try {
      while (!ready.getAsBoolean()) {
        boolean ended = process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS);
        if (ended || System.nanoTime() > deadline) {
          String fate = ended ? "ended with " + process.exitValue() : "does not come to serve";
          throw new LabException(
              List.of(command) + " in " + place + " " + fate + ": " + Files.readString(log));
        }
      }
    } catch (IOException unreadable) {
      throw new LabException("cannot read " + log + ": " + unreadable, unreadable);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while a server starts in " + place, stop);
    }
  }

  /** Runs a command that ends, in the server's place. */
  CommandResult run(String... command) {
    return lab.namespace(place).exec(command);
  }
}
