package io.pointsman.lab.control;

import io.pointsman.lab.packet.Destination;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** HTTP requests one after the other in the background, none of which is ever repeated. */
final class HttpTraffic implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5000;
  private static final long PAUSE_NANOS = 2_000_000;

  private final Destination to;
  private final boolean keepAlive;
  private final Thread thread;
  private final Map<String, Integer> answers = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int connections;
  private volatile boolean ended;

  /** A connection that may take another request. */
  private record Line(Socket socket, BufferedReader in) {}

  private HttpTraffic(NetworkNamespace from, Destination to, boolean keepAlive) {
    this.to = to;
    this.keepAlive = keepAlive;
    this.thread = from.thread("requests to " + to, this::run);
  }

  /**
   * @param keepAlive whether a connection is used as long as the server lets it be used
   */
  static HttpTraffic start(NetworkNamespace from, String to, boolean keepAlive) {
    HttpTraffic traffic = new HttpTraffic(from, Destination.of(to), keepAlive);
    traffic.thread.start();
    return traffic;
  }

  private void run() {
    Optional<Line> line = Optional.empty();
    while (!ended) {
      try {
        Line current = line.isPresent() ? line.get() : connect();
        line = Optional.of(current);
        if (!ask(current)) {
          current.socket().close();
          line = Optional.empty();
        }
      } catch (IOException failed) {
        synchronized (this) {
          failures.add(LocalTime.now(ZoneOffset.UTC) + " " + failed.getMessage());
        }
        line = Optional.empty();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    line.ifPresent(last -> {
      try {
        last.socket().close();
      } catch (IOException closed) {
        // Which was wanted.
      }
    });
  }

  private Line connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(to.address().toInetAddress(), to.port()), PATIENCE_MILLIS);
    synchronized (this) {
      connections++;
    }
    return new Line(
        socket,
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
  }

  /** Returns whether the connection takes another request. */
  private boolean ask(Line line) throws IOException {
    String request =
        "GET / HTTP/1.1\r\nHost: web.example\r\nConnection: %s\r\n\r\n"
            .formatted(keepAlive ? "keep-alive" : "close");
    line.socket().getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String status = line(line.in());
    int length = 0;
    boolean more = keepAlive;
    for (String header = line(line.in()); !header.isEmpty(); header = line(line.in())) {
      String small = header.toLowerCase(java.util.Locale.ROOT);
      if (small.startsWith("content-length:")) {
        length = Integer.parseInt(small.substring("content-length:".length()).strip());
      }
      more &= !small.equals("connection: close");
    }
    char[] body = new char[length];
    int read = 0;
    while (read < length) {
      int some = line.in().read(body, read, length - read);
      if (some < 0) {
        throw new EOFException("the answer ends within its body");
      }
      read += some;
    }
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status);
    }
    synchronized (this) {
      answers.merge(new String(body), 1, Integer::sum);
    }
    return more;
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new EOFException("the server ends the connection instead of answering");
    }
    return line;
  }

  /** The pods, with their images, that have answered. */
  synchronized Stream<String> answerers() {
    return List.copyOf(answers.keySet()).stream();
  }

  /** How often somebody answered whose text ends like this. */
  synchronized int answers(String ending) {
    return answers.entrySet().stream()
        .filter(answer -> answer.getKey().endsWith(ending))
        .mapToInt(answer -> answer.getValue())
        .sum();
  }

  synchronized int connections() {
    return connections;
  }

  /** Requests without a good answer: when that was seen, by the clock of the day, and why. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public synchronized String toString() {
    return (keepAlive ? "keep-alive" : "new connections")
        + " to "
        + to
        + ": "
        + answers.values().stream().mapToInt(Integer::intValue).sum()
        + " answers by "
        + answers.size()
        + " pods on "
        + connections
        + " connections, "
        + failures.size()
        + " failures "
        + failures.stream().limit(5).toList();
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
