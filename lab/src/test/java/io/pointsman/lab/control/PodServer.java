package io.pointsman.lab.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A well-behaved HTTP/1.1 server: told to end, it goes on answering, asks each client to connect
 * anew, and is gone once nobody is connected.
 */
final class PodServer {
  static final int PORT = 8000;

  private static final int BACKLOG = 256;

  private final ServerSocket listening;
  private final String text;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /**
   * Listens in the network namespace of the calling thread, and answers every GET with the text.
   */
  PodServer(String text) throws IOException {
    this.text = text;
    this.listening = new ServerSocket();
    listening.bind(new InetSocketAddress(PORT), BACKLOG);
    Thread.ofPlatform().daemon().name("pod " + text).start(this::accept);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        Thread.ofPlatform().daemon().name("pod " + text).start(() -> serve(socket));
      } catch (IOException closed) {
        // The loop's condition tells.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      Request request = readRequest(in);
      while (request != Request.NONE) {
        boolean more = request == Request.ONE_OF_MANY && !draining;
        answer(socket.getOutputStream(), more);
        request = more ? readRequest(in) : Request.NONE;
      }
    } catch (IOException gone) {
      // The client has left, or this server is killed.
    } finally {
      synchronized (this) {
        open.remove(socket);
        notifyAll();
      }
    }
  }

  private enum Request {
    NONE,
    LAST,
    ONE_OF_MANY
  }

  private static Request readRequest(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      return Request.NONE;
    }
    boolean last = line.endsWith("HTTP/1.0");
    while (line != null && !line.isEmpty()) {
      last |= line.equalsIgnoreCase("Connection: close");
      line = in.readLine();
    }
    return last ? Request.LAST : Request.ONE_OF_MANY;
  }

  private void answer(OutputStream out, boolean more) throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n"
            .formatted(text.length(), more ? "keep-alive" : "close");
    out.write((head + text).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Ends when the last client has left, or after the grace. */
  synchronized void end(Duration grace) {
    draining = true;
    long deadline = System.nanoTime() + grace.toNanos();
    try {
      long left = grace.toNanos();
      while (!open.isEmpty() && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException closed) {
      // Which was wanted.
    }
  }
}
