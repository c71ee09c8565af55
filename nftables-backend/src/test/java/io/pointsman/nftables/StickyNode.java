package io.pointsman.nftables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node and a client beside it, each in a namespace. The endpoints are addresses of the node
 * itself; each tells its address to whoever asks. Everything goes with {@link #close}.
 */
final class StickyNode implements AutoCloseable {
  static final int PORT = 8080;
  static final int ENDPOINTS = 5;
  static final int CLIENTS = 16;
  private static final int LIMIT_MILLIS = 10_000;

  private final IpFamily family;
  private final NetworkNamespace node = NetworkNamespace.create();
  private final NetworkNamespace outside = NetworkNamespace.create();
  private final List<AutoCloseable> servers = new ArrayList<>();

  /** Clients never use a port twice: the kernel may still know the connection before. */
  private final AtomicInteger nextPort = new AtomicInteger(10_000);

  StickyNode(IpFamily family) throws Exception {
    this.family = family;
    String length = family == IpFamily.IPV4 ? "/24" : "/64";
    String nodad = family == IpFamily.IPV4 ? "" : " nodad";
    node("ip link set lo up");
    node("ip link add veth0 type veth peer name eth0 netns " + outside.path());
    node("ip address add " + address() + length + " dev veth0" + nodad);
    node("ip link set veth0 up");
    for (int i = 0; i < CLIENTS; i++) {
      outside("ip address add " + client(i) + length + " dev eth0" + nodad);
    }
    outside("ip link set eth0 up");
    outside("ip route add default via " + address());
    for (int i = 0; i < ENDPOINTS; i++) {
      node("ip address add " + endpoint(i) + " dev lo" + nodad);
      serve(endpoint(i));
    }
  }

  private IpAddress of(String v4, String v6, int number) {
    return IpAddress.of(family == IpFamily.IPV4 ? v4 + number : v6 + number);
  }

  /** The node's address as clients see it. */
  IpAddress address() {
    return of("192.0.2.", "2001:db8:2::", 1);
  }

  IpAddress client(int i) {
    return of("192.0.2.", "2001:db8:2::", 100 + i);
  }

  IpAddress endpoint(int i) {
    return of("10.244.0.", "fd00:244::", 2 + i);
  }

  NetworkNamespace namespace() {
    return node;
  }

  /** What the command prints on the node. */
  String node(String command) throws IOException {
    return node.exec(command.split(" ", -1)).orThrow().toString();
  }

  private void outside(String command) throws IOException {
    outside.exec(command.split(" ", -1)).orThrow();
  }

  private void serve(IpAddress endpoint) throws Exception {
    InetSocketAddress here = new InetSocketAddress(endpoint.toInetAddress(), PORT);
    ServerSocket tcp = node.call(() -> new ServerSocket(PORT, 50, endpoint.toInetAddress()));
    DatagramSocket udp = node.call(() -> new DatagramSocket(here));
    servers.add(tcp);
    servers.add(udp);
    byte[] name = endpoint.toString().getBytes(StandardCharsets.US_ASCII);
    Thread.ofVirtual()
        .start(() -> {
          while (!tcp.isClosed()) {
            try (Socket connection = tcp.accept()) {
              connection.getOutputStream().write(name);
            } catch (IOException e) {
              // The client will say that it got no answer; a closed server is the end.
            }
          }
        });
    Thread.ofVirtual()
        .start(() -> {
          while (!udp.isClosed()) {
            try {
              DatagramPacket question = new DatagramPacket(new byte[1], 1);
              udp.receive(question);
              udp.send(new DatagramPacket(name, name.length, question.getSocketAddress()));
            } catch (IOException e) {
              // As above.
            }
          }
        });
  }

  /** The endpoint that a new connection of a client reaches. */
  IpAddress ask(IpAddress client, IpAddress to, Protocol protocol, int port) {
    try {
      return outside.call(() ->
          IpAddress.of(
              protocol == Protocol.UDP
                  ? askByDatagram(client, to, port)
                  : askByStream(client, to, port)));
    } catch (Exception e) {
      throw new IllegalStateException(client + " -> " + to + " port " + port, e);
    }
  }

  private String askByStream(IpAddress client, IpAddress to, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.bind(new InetSocketAddress(client.toInetAddress(), nextPort.getAndIncrement()));
      socket.connect(new InetSocketAddress(to.toInetAddress(), port), LIMIT_MILLIS);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private String askByDatagram(IpAddress client, IpAddress to, int port) throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(
            new InetSocketAddress(client.toInetAddress(), nextPort.getAndIncrement()))) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.connect(to.toInetAddress(), port);
      socket.send(new DatagramPacket(new byte[1], 1));
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }
  }

  @Override
  public void close() {
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
    outside.close();
    node.close();
  }
}
