package io.pointsman.lab.fault;

import io.pointsman.agent.compare.Comparison;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.lab.AgentProgram;
import io.pointsman.lab.Lab;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The program on node A, in a process of its own: its log, its pages, its socket. */
public final class AgentProcess implements AutoCloseable {
  private static final int METRICS = 10249;
  private static final int HEALTH = 10256;
  private static final long LIMIT_SECONDS = 120;

  private final Process process;
  private final NetworkNamespace node;
  private final Path socket;
  private final List<String> log = new ArrayList<>();
  private boolean ended;

  private AgentProcess(Process process, NetworkNamespace node, Path socket) {
    this.process = process;
    this.node = node;
    this.socket = socket;
  }

  /** The command for node A of a standard topology, in this mode. */
  static List<String> command(Path folder, String mode, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run",
                "--proxy-mode=" + mode,
                "--hostname-override=node-a",
                "--cluster-cidr=10.210.0.0/16,fd00:210::/32",
                "--agent-socket=" + folder.resolve("agent.sock")));
    all.addAll(List.of(arguments));
    return AgentProgram.command(all.toArray(String[]::new));
  }

  /**
   * Starts it.
   *
   * @param folder for its socket
   * @param arguments where it learns of Services, and more
   */
  public static AgentProcess start(Lab lab, Path folder, String mode, String... arguments) {
    return start(lab, folder, Map.of(), command(folder, mode, arguments));
  }

  /** As the other, with variables of its own. */
  static AgentProcess start(
      Lab lab, Path folder, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = lab.start("A", builder);
    AgentProcess agent =
        new AgentProcess(process, lab.namespace("A"), folder.resolve("agent.sock"));
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("agent-log").start(() -> agent.read(output));
    return agent;
  }

  private void read(BufferedReader output) {
    try (output) {
      String line = output.readLine();
      while (line != null) {
        hear(line);
        line = output.readLine();
      }
    } catch (IOException killed) {
      // Its end is what matters.
    }
    synchronized (log) {
      ended = true;
      log.notifyAll();
    }
  }

  private void hear(String line) {
    synchronized (log) {
      log.add(line);
      log.notifyAll();
    }
  }

  /** All that it has logged. */
  public List<String> log() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  /** Waits until it has logged so many lines that fit. */
  void awaitLines(int count, Predicate<String> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    synchronized (log) {
      while (log.stream().filter(wanted).count() < count) {
        long left = deadline - System.nanoTime();
        if (ended || left <= 0) {
          throw new AssertionError("never logged:\n" + String.join("\n", log));
        }
        TimeUnit.NANOSECONDS.timedWait(log, left);
      }
    }
  }

  /** Waits for a line with this in it. */
  public void awaitLine(String part) throws InterruptedException {
    awaitLines(1, line -> line.contains(part));
  }

  /** Waits for the first sync of both families. */
  public void awaitFirstSyncs() throws InterruptedException {
    awaitLines(2, line -> line.contains(" objects written in "));
  }

  /** Lines that tell of errors. */
  List<String> errors() {
    return log().stream().filter(line -> line.matches("E[0-9]{4} .*")).toList();
  }

  /** How the kernel differs from what this agent wants, by its own answer. */
  public Comparison diff() throws Exception {
    return AgentConnection.ask(socket, "diff", Map.of(), Comparison.class);
  }

  /** The status of {@code /healthz}, 200 or 503. */
  int healthz() throws Exception {
    return Integer.parseInt(get(HEALTH, "/healthz").split(" ", 3)[1]);
  }

  /** The whole answer of {@code /readyz}. */
  String readyz() throws Exception {
    return get(METRICS, "/readyz");
  }

  /** Whether its page of metrics can be had. */
  boolean answers() throws Exception {
    try {
      return !get(METRICS, "/metrics").isEmpty();
    } catch (ConnectException notYet) {
      return false;
    }
  }

  /** A sample of {@code /metrics}, named as it stands there. */
  double metric(String sample) throws Exception {
    String text = get(METRICS, "/metrics");
    return text.lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample " + sample + " in\n" + text));
  }

  private String get(int port, String path) throws Exception {
    return node.call(() -> {
      try (Socket asking = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        asking.setSoTimeout(30_000);
        asking
            .getOutputStream()
            .write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      }
    });
  }

  /** Its process id. */
  long pid() {
    return process.pid();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; its rules stay. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
