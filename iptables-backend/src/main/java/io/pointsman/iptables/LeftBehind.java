package io.pointsman.iptables;

import io.pointsman.dataplane.DataplaneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Programs that a killed Pointsman has left behind: an iptables-restore that waits for the lock
 * would write its old rules after the successor has read what is there. In a container whose first
 * process is the agent, and under systemd, they end with it; elsewhere the successor ends them.
 *
 * <p>A program bears the time at which its agent started, as the parent's {@code /proc/PID/stat}
 * has it: whose parent started at another time has lost its own. Numbers of processes would say
 * something else in each PID namespace.
 */
final class LeftBehind {
  private static final String MARK = "POINTSMAN_AGENT_STARTED";
  private static final Path PROCESSES = Path.of("/proc");
  private static final Path OWN_THREAD = PROCESSES.resolve("thread-self");
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_NANOS = 10_000_000;

  /** Of what follows the name in parentheses, proc_pid_stat(5). */
  private static final int PARENT = 1;

  private static final int START_TIME = 19;

  private LeftBehind() {}

  /** Marks a program that is about to be started as ours. */
  static void mark(Map<String, String> environment) throws IOException {
    environment.put(MARK, stat(PROCESSES.resolve("self"))[START_TIME]);
  }

  /**
   * Ends those in the network namespace of the calling thread, and waits for their end. What may
   * not be read is not ours.
   *
   * @throws DataplaneException when one does not end
   */
  static void end() throws DataplaneException {
    try {
      while (endSome()) {
        // What one of them had started is left behind only now.
      }
    } catch (IOException untold) {
      throw new DataplaneException("cannot list the processes in /proc: " + untold, untold);
    }
  }

  /** Whether there were any. */
  private static boolean endSome() throws IOException, DataplaneException {
    boolean any = false;
    try (Stream<Path> processes = Files.list(PROCESSES)) {
      for (Path process : (Iterable<Path>) processes.filter(LeftBehind::isLeftBehind)::iterator) {
        end(Long.parseLong(process.getFileName().toString()));
        any = true;
      }
    }
    return any;
  }

  private static void end(long pid) throws DataplaneException {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    handle.ifPresent(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + LIMIT_NANOS;
    Path process = PROCESSES.resolve(Long.toString(pid));
    while (isLeftBehind(process)) {
      if (System.nanoTime() - deadline > 0) {
        throw new DataplaneException(
            "process "
                + pid
                + " was left behind by a killed agent and does not end; it would write"
                + " old iptables rules: end it, or restart the node");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean isLeftBehind(Path process) {
    if (!Character.isDigit(process.getFileName().toString().charAt(0))) {
      return false;
    }
    try {
      Optional<String> agent = markOf(process);
      if (agent.isEmpty() || !namespace(process).equals(namespace(OWN_THREAD))) {
        return false;
      }
      String parent = stat(process)[PARENT];
      Path started = PROCESSES.resolve(parent);
      return parent.equals("0")
          || (!stat(started)[START_TIME].equals(agent.get()) && !bears(started, agent));
    } catch (IOException ended) {
      return false;
    }
  }

  /**
   * Whether a parent bears the same mark: what our program starts, a modprobe, inherits it. An init
   * that has taken over may not be read by everybody, and bears none.
   */
  private static boolean bears(Path parent, Optional<String> agent) {
    try {
      return markOf(parent).equals(agent);
    } catch (IOException notOurs) {
      return false;
    }
  }

  /** A process that has ended and was not waited for has no environment any more. */
  private static Optional<String> markOf(Path process) throws IOException {
    String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    return Stream.of(environment.split("\0", -1))
        .filter(entry -> entry.startsWith(MARK + "="))
        .map(entry -> entry.substring(MARK.length() + 1))
        .findFirst();
  }

  private static Path namespace(Path process) throws IOException {
    return Files.readSymbolicLink(process.resolve("ns/net"));
  }

  private static String[] stat(Path process) throws IOException {
    String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }
}
