package io.pointsman.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Processes that run until they are closed, or this process ends.
 *
 * <p>Each asks the kernel for a signal when its parent dies (PR_SET_PDEATHSIG). The parent is the
 * thread that started it (prctl(2), "Warning"), so one thread that lives as long as this object
 * starts them all.
 */
public final class ChildProcesses implements AutoCloseable {
  private final ExecutorService spawner =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("lab-spawner").factory());
  private final List<Process> started = new ArrayList<>();

  private final String signal;

  /** Processes that are killed when this one ends. */
  public ChildProcesses() {
    this("KILL");
  }

  /**
   * Processes that get a signal when this one ends.
   *
   * @param signal its name, such as {@code TERM}: for a program with children of its own, which it
   *     takes along on that signal alone
   */
  public ChildProcesses(String signal) {
    this.signal = signal;
  }

  /** Starts a process; its outputs go where the builder says, whose command is changed. */
  public Process start(ProcessBuilder builder) {
    List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", signal, "--"));
    command.addAll(builder.command());
    Process process = onSpawner(() -> builder.command(command).start());
    synchronized (started) {
      started.add(process);
    }
    return process;
  }

  private Process onSpawner(Callable<Process> task) {
    Future<Process> future = spawner.submit(task);
    try {
      return future.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException missing) {
        throw new LabException("cannot start a process: " + missing.getMessage(), missing);
      }
      throw new LabException("cannot start a process", failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while a process was starting", stop);
    }
  }

  /** Kills all of them with their children and waits until they are gone. */
  @Override
  public void close() {
    synchronized (started) {
      for (Process process : started) {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
      }
      started.forEach(process -> process.onExit().join());
    }
    spawner.shutdown();
  }
}
