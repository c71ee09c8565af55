package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** The TCP half of the servers: one thread, one selector; sockets stay where they were opened. */
final class TcpEcho implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private record Listener(String name, int port) {}

  private record Connection(Listener listener, StringBuilder received) {}

  private final Selector selector;
  private final Thread thread;
  private volatile boolean closed;

  TcpEcho() throws IOException {
    selector = Selector.open();
    thread = Thread.ofPlatform().daemon().name("echo-tcp").unstarted(this::serve);
  }

  /** Opens a listening socket in the namespace of the calling thread; before {@link #start}. */
  void listen(String name, int port) throws IOException {
    // Opened without a family: one socket for IPv4 and IPv6.
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(port), BACKLOG);
    channel.register(selector, SelectionKey.OP_ACCEPT, new Listener(name, port));
  }

  void start() {
    thread.start();
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocate(2048);
    while (!closed) {
      try {
        selector.select(key -> handle(key, buffer));
      } catch (IOException broken) {
        throw new IllegalStateException("the selector of the TCP servers broke", broken);
      }
    }
  }

  private void handle(SelectionKey key, ByteBuffer buffer) {
    try {
      if (key.attachment() instanceof Listener listener) {
        accept((ServerSocketChannel) key.channel(), listener);
      } else if (key.attachment() instanceof Connection connection) {
        answer(key, (SocketChannel) key.channel(), connection, buffer);
      }
    } catch (IOException gone) {
      close(key);
    }
  }

  private void accept(ServerSocketChannel server, Listener listener) throws IOException {
    SocketChannel client = server.accept();
    while (client != null) {
      client.configureBlocking(false);
      // Closed by a reset: else the kernel keeps trying to part in good order from a client that is
      // gone, for minutes, and the namespace with it.
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      client.register(
          selector, SelectionKey.OP_READ, new Connection(listener, new StringBuilder()));
      client = server.accept();
    }
  }

  private static void answer(
      SelectionKey key, SocketChannel client, Connection connection, ByteBuffer buffer)
      throws IOException {
    buffer.clear();
    if (client.read(buffer) < 0) {
      close(key);
      return;
    }
    StringBuilder received = connection.received();
    received.append(StandardCharsets.UTF_8.decode(buffer.flip()));
    int end = received.indexOf("\n");
    while (end >= 0) {
      String token = received.substring(0, end);
      client.write(StandardCharsets.UTF_8.encode(line(client, connection, token)));
      received.delete(0, end + 1);
      end = received.indexOf("\n");
    }
  }

  private static String line(SocketChannel client, Connection connection, String token)
      throws IOException {
    InetSocketAddress seen = (InetSocketAddress) client.getRemoteAddress();
    Listener listener = connection.listener();
    IpAddress address = IpAddress.ofBytes(seen.getAddress().getAddress());
    return new EchoLine(token, listener.name(), listener.port(), address, seen.getPort()).text();
  }

  private static void close(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException alreadyGone) {
      // Nothing of it is left, which is what was wanted.
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      new ArrayList<>(selector.keys()).forEach(TcpEcho::close);
      // A cancelled key lets go of its socket at the next selection.
      selector.selectNow();
      selector.close();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException broken) {
      throw new IllegalStateException("cannot close the TCP servers", broken);
    }
  }
}
