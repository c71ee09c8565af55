package io.pointsman.e2e.echo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks servers, from the network namespace of the calling thread. */
public final class EchoClient {
  /**
   * Longer than the second after which a SYN is sent again (RFC 6298). Where a packet is refused by
   * the machine that sends it, the ICMP error comes back inside the call of connect(2), whose lock
   * on the socket makes the kernel drop it ({@code LockDroppedIcmps} in /proc/net/netstat); IPv4
   * clients are woken all the same, those of IPv6 hear of the second SYN's refusal only.
   */
  private static final int PATIENCE_MILLIS = 2000;

  private static final String TOKEN = "ask";

  private EchoClient() {}

  /** Makes the connections; as many outcomes as the question has. */
  public static List<Outcome> ask(Question question) throws InterruptedException {
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.ofLiteral(question.address()), question.port());
    Callable<Outcome> once =
        () ->
            switch (question.transport()) {
              case TCP -> tcp(to);
              case UDP -> udp(to, question.sourcePort());
            };
    // New threads are in the network namespace of the one that starts them.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            question.count(), Thread.ofPlatform().daemon().name("ask-", 0).factory())) {
      return threads.invokeAll(Collections.nCopies(question.count(), once)).stream()
          .map(EchoClient::outcome)
          .toList();
    }
  }

  private static Outcome outcome(Future<Outcome> finished) {
    try {
      return finished.get();
    } catch (ExecutionException failed) {
      return new Outcome.Failed(word(Objects.requireNonNullElse(failed.getCause(), failed)));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new Outcome.Failed("interrupted");
    }
  }

  private static String word(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case SocketTimeoutException silent -> "timeout";
      case PortUnreachableException rejected -> "refused";
      case ConnectException refused when message.contains("refused") -> "refused";
      // The kernel sent its SYNs for as long as it wanted to.
      case ConnectException silent when message.contains("timed out") -> "timeout";
      default -> message;
    };
  }

  private static Outcome tcp(InetSocketAddress to) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      // Closed by a reset: nothing of it is left in anybody's table.
      socket.setSoLinger(true, 0);
      socket.connect(to, PATIENCE_MILLIS);
      socket.getOutputStream().write((TOKEN + "\n").getBytes(StandardCharsets.UTF_8));
      StringBuilder line = new StringBuilder();
      int next = socket.getInputStream().read();
      while (next >= 0 && next != '\n') {
        line.append((char) next);
        next = socket.getInputStream().read();
      }
      return read(line.toString());
    }
  }

  private static Outcome udp(InetSocketAddress to, int sourcePort) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(sourcePort)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(to);
      byte[] question = (TOKEN + "\n").getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(question, question.length));
      DatagramPacket answer = new DatagramPacket(new byte[512], 512);
      socket.receive(answer);
      return read(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
    }
  }

  /** {@code TOKEN NAME PORT ADDRESS PORT}, as {@link EchoServer} writes it. */
  private static Outcome read(String line) {
    String[] words = line.strip().split(" ", -1);
    return words.length == 5 && words[0].equals(TOKEN)
        ? new Outcome.Answered(words[1], Integer.parseInt(words[2]), words[3])
        : new Outcome.Failed("no answer but '" + line + "'");
  }

  /**
   * One HTTP GET, written on a plain socket: the JDK's clients share threads and connections.
   *
   * @param url with an address as its host, and a port
   * @return the status line, the headers and the body as they came, or the word of a failure
   */
  public static String get(URI url) {
    String host = url.getHost();
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral(literal), url.getPort()), PATIENCE_MILLIS);
      String request =
          "GET " + url.getRawPath() + " HTTP/1.0\r\nHost: " + url.getRawAuthority() + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      return word(failed);
    }
  }
}
