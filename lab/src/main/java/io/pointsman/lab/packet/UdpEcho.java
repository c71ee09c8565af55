package io.pointsman.lab.packet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP half of the servers: one thread, poll(2) over all sockets.
 *
 * <p>An answer leaves from the very address that the question was sent to, also on machines with
 * several: each datagram brings its destination as a control message (IPV6_PKTINFO, RFC 3542
 * section 6), which is handed back with the answer. The JDK's datagram channels cannot do that.
 */
final class UdpEcho implements AutoCloseable {
  private record Listener(int fd, String name, int port) {}

  private final List<Listener> listeners = new ArrayList<>();
  private final int wakeUp;
  private final Thread thread;
  private volatile boolean closed;

  UdpEcho() throws IOException {
    wakeUp = Libc.eventfd(0, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
    if (wakeUp < 0) {
      throw new IOException("eventfd failed (errno " + Libc.errno() + ")");
    }
    thread = Thread.ofPlatform().daemon().name("echo-udp").unstarted(this::serve);
  }

  /** Opens a socket in the namespace of the calling thread; before {@link #start}. */
  void listen(String name, int port) throws IOException {
    int fd =
        Libc.socket(Libc.AF_INET6, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
    byte[] any = new byte[SocketName.LONGEST];
    any[0] = Libc.AF_INET6;
    any[2] = (byte) (port >>> 8);
    any[3] = (byte) port;
    if (fd < 0
        || Libc.setsockopt(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, new int[] {0}, 4) < 0
        || Libc.setsockopt(fd, Libc.IPPROTO_IPV6, Libc.IPV6_RECVPKTINFO, new int[] {1}, 4) < 0
        || Libc.bind(fd, any, any.length) < 0) {
      throw new IOException("cannot serve UDP port " + port + " (errno " + Libc.errno() + ")");
    }
    listeners.add(new Listener(fd, name, port));
  }

  void start() {
    thread.start();
  }

  private void serve() {
    MessageBuffer buffer = new MessageBuffer();
    int[] entries = new int[2 * (listeners.size() + 1)];
    while (!closed) {
      for (int i = 0; i < listeners.size(); i++) {
        entries[2 * i] = listeners.get(i).fd();
        entries[2 * i + 1] = Libc.POLLIN;
      }
      entries[2 * listeners.size()] = wakeUp;
      entries[2 * listeners.size() + 1] = Libc.POLLIN;
      int ready = Libc.poll(entries, listeners.size() + 1L, -1);
      for (int i = 0; ready > 0 && i < listeners.size(); i++) {
        if (entries[2 * i + 1] >>> 16 != 0) {
          answerAll(listeners.get(i), buffer);
        }
      }
    }
  }

  private static void answerAll(Listener listener, MessageBuffer buffer) {
    int length = buffer.receive(listener.fd(), Libc.MSG_DONTWAIT);
    while (length >= 0) {
      SocketName sender = buffer.sender();
      String token = buffer.text(length).strip();
      // Only the address is handed back: the way out is up to the routing table.
      buffer.controls((level, type, data) -> {
        if (level == Libc.IPPROTO_IPV6 && type == Libc.IPV6_PKTINFO) {
          data.setInt(16, 0);
        }
      });
      EchoLine line =
          new EchoLine(token, listener.name(), listener.port(), sender.address(), sender.port());
      buffer.answer(listener.fd(), line.text().getBytes(StandardCharsets.UTF_8));
      length = buffer.receive(listener.fd(), Libc.MSG_DONTWAIT);
    }
  }

  @Override
  public void close() {
    closed = true;
    byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
    Libc.write(wakeUp, one, one.length);
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    listeners.forEach(listener -> Libc.close(listener.fd()));
    Libc.close(wakeUp);
  }
}
