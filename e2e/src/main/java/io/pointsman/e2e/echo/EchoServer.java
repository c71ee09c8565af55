package io.pointsman.e2e.echo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers every line on TCP, and every datagram on UDP, with one line: {@code TEXT NAME PORT
 * ADDRESS PORT}, the server's name and port, and the client's address and port as they looked from
 * here.
 */
public final class EchoServer implements AutoCloseable {
  /** The ports it listens on; the same as those of the lab's pods. */
  public static final List<Integer> PORTS = List.of(8080, 8081, 9090, 9091);

  private static final int BACKLOG = 1024;
  private static final int IDLE_MILLIS = 60_000;

  private final String name;
  private final List<ServerSocket> listening = new ArrayList<>();
  private final List<DatagramSocket> bound = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private EchoServer(String name) {
    this.name = name;
  }

  /**
   * Serves until it is closed.
   *
   * @param ports 0 for a free one
   * @throws IOException when a port cannot be had
   */
  public static EchoServer start(String name, List<Integer> ports) throws IOException {
    EchoServer server = new EchoServer(name);
    try {
      for (int port : ports) {
        server.listen(port);
      }
      return server;
    } catch (IOException taken) {
      server.close();
      throw new IOException(
          "echo server " + name + " cannot listen on " + ports + ": " + taken.getMessage(), taken);
    }
  }

  private void listen(int port) throws IOException {
    ServerSocket tcp = new ServerSocket(port, BACKLOG);
    listening.add(tcp);
    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort());
    bound.add(udp);
    threads.add(Thread.ofPlatform().daemon().name("tcp-" + port).start(() -> accept(tcp)));
    threads.add(Thread.ofPlatform().daemon().name("udp-" + port).start(() -> answer(udp)));
  }

  /** The ports that it has, in the order in which they were asked for. */
  public List<Integer> ports() {
    return listening.stream().map(ServerSocket::getLocalPort).toList();
  }

  private void accept(ServerSocket tcp) {
    while (!tcp.isClosed()) {
      try {
        Socket client = tcp.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException closedOrLeft) {
        // The loop's condition tells which.
      }
    }
  }

  private void answer(Socket client) {
    try (client;
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      client.setSoTimeout(IDLE_MILLIS);
      String text = lines.readLine();
      while (text != null) {
        client
            .getOutputStream()
            .write(line(text, client.getLocalPort(), client.getRemoteSocketAddress()));
        text = lines.readLine();
      }
    } catch (IOException gone) {
      // A client may leave when it likes.
    }
  }

  private void answer(DatagramSocket udp) {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (!udp.isClosed()) {
      try {
        packet.setLength(2048);
        udp.receive(packet);
        String text =
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8).strip();
        byte[] answer = line(text, udp.getLocalPort(), packet.getSocketAddress());
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException closedOrRefused) {
        // The loop's condition tells which.
      }
    }
  }

  private byte[] line(String text, int port, java.net.SocketAddress client) {
    InetSocketAddress seen = (InetSocketAddress) client;
    String address = seen.getAddress().getHostAddress();
    int zone = address.indexOf('%');
    String line =
        text
            + " "
            + name
            + " "
            + port
            + " "
            + (zone < 0 ? address : address.substring(0, zone))
            + " "
            + seen.getPort()
            + "\n";
    return line.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * When it returns, nothing listens: a socket lives until the thread that waits on it has left.
   */
  @Override
  public void close() {
    bound.forEach(DatagramSocket::close);
    for (ServerSocket socket : listening) {
      try {
        socket.close();
      } catch (IOException alreadyGone) {
        // Nothing of it is left, which is what was wanted.
      }
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
