package io.pointsman.benchmarks;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The real agent in a process of its own, in a namespace: started as an operator starts it where
 * the variable {@code POINTSMAN_LAUNCHER} names the program, else in a JVM with this one's options.
 */
final class AgentProcess implements AutoCloseable {
  /** Clock ticks a second in /proc/PID/stat: USER_HZ, which is 100 on all that Linux runs on. */
  private static final double TICKS_A_SECOND = 100;

  /** Where user and system time stand in /proc/PID/stat after the name in parentheses: proc(5). */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;
  private static final int REMEMBERED_LINES = 20;
  private static final Duration ENDING = Duration.ofMinutes(1);

  /** One line of the log. */
  record Line(long nanoTime, String text) {}

  private final Process process;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();

  private AgentProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param arguments after {@code pointsman run}
   */
  static AgentProcess start(NetworkNamespace namespace, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(program());
    command.add("run");
    command.addAll(arguments);
    // It must not stay when the harness is killed.
    List<String> inside = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    inside.addAll(namespace.enter(command));
    Process process = new ProcessBuilder(inside).redirectErrorStream(true).start();
    AgentProcess agent = new AgentProcess(process);
    Thread.ofPlatform().daemon().name("log of the agent").start(agent::read);
    return agent;
  }

  private static List<String> program() {
    String launcher = System.getenv("POINTSMAN_LAUNCHER");
    if (launcher != null) {
      return List.of(launcher);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.pointsman.agent.Main");
    return command;
  }

  private void read() {
    try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        lines.add(new Line(System.nanoTime(), line));
      }
    } catch (IOException ended) {
      // There is nothing more to read.
    }
    lines.add(new Line(System.nanoTime(), "(the agent has ended)"));
  }

  /**
   * Waits for a line of the log that holds a match; earlier ones are passed over.
   *
   * @throws IOException when the agent ends or the time is over; with the last lines of its log
   */
  Line await(Pattern pattern, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Deque<String> last = new ArrayDeque<>();
    while (true) {
      Line line = lines.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null || line.text().equals("(the agent has ended)")) {
        throw new IOException(
            "the agent did not say '%s'%s; it said last:%n%s"
                .formatted(
                    pattern,
                    line == null ? " within " + limit.toSeconds() + " s" : " before it ended",
                    String.join("\n", last)));
      }
      if (pattern.matcher(line.text()).find()) {
        return line;
      }
      last.addLast(line.text());
      if (last.size() > REMEMBERED_LINES) {
        last.removeFirst();
      }
    }
  }

  /** What it has said since the last look. */
  List<String> said() {
    List<Line> taken = new ArrayList<>();
    lines.drainTo(taken);
    return taken.stream().map(Line::text).toList();
  }

  /** Seconds of processor time that it has used so far. */
  double processorSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
    return ticks / TICKS_A_SECOND;
  }

  /** Resident memory, in MB of 10^6 bytes. */
  double residentMegabytes() throws IOException {
    Optional<String> line =
        Files.readString(Path.of("/proc/" + process.pid() + "/status"))
            .lines()
            .filter(one -> one.startsWith("VmRSS:"))
            .findFirst();
    return Long.parseLong(line.orElseThrow().replaceAll("\\D", "")) * 1024 / 1e6;
  }

  /** Bytes of the heap that are in use after a full collection. */
  long liveHeapBytes() throws IOException, InterruptedException {
    Process histogram =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String printed = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String[] total = printed.substring(printed.lastIndexOf("Total")).strip().split("\\s+", -1);
    if (histogram.waitFor() != 0 || total.length != 3) {
      throw new IOException("jcmd does not tell the size of the agent's heap: " + printed);
    }
    return Long.parseLong(total[2]);
  }

  /** Ends it as a kubelet does, by SIGTERM; by force when that does not help. */
  @Override
  public void close() throws IOException {
    // By its handle, which leaves its log open: the agent may have something to say at its end.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IOException("the agent did not end within " + ENDING.toSeconds() + " s");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
