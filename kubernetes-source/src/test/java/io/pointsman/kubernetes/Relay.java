package io.pointsman.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/**
 * Passes connections on to a port of loopback, byte for byte: as the end of TLS before a server
 * without it, or as an HTTP proxy that opens tunnels (RFC 9110, 9.3.6), wherever these are to lead.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final boolean tunnels;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private Relay(ServerSocket listening, int target, boolean tunnels) {
    this.listening = listening;
    this.target = target;
    this.tunnels = tunnels;
    start("relay", this::accept);
  }

  static Relay tls(SSLContext context, int target) throws IOException {
    return new Relay(
        context.getServerSocketFactory().createServerSocket(0, 50, loopback()), target, false);
  }

  static Relay proxy(int target) throws IOException {
    return new Relay(new ServerSocket(0, 50, loopback()), target, true);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The first line of each request for a tunnel. */
  List<String> asked() {
    return asked;
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            work.run();
          } catch (IOException ended) {
            // By either side, or by the test.
          }
        });
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      start("relay to", () -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client;
        Socket server = new Socket(loopback(), target)) {
      if (tunnels) {
        head(client.getInputStream()).ifPresent(asked::add);
        client
            .getOutputStream()
            .write(
                "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      start("relay fro", () -> pump(server, client));
      pump(client, server);
    }
  }

  /** Reads up to the empty line; gives the first one. */
  private static Optional<String> head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        break;
      }
    }
    return head.toString().lines().findFirst();
  }

  /** Up to the end of either. */
  private static void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      OutputStream out = to.getOutputStream();
      InputStream in = from.getInputStream();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
        out.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
