package io.pointsman.lab.packet;

import com.sun.jna.Pointer;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A non-blocking TCP or UDP socket that keeps ICMP errors apart from all others. */
final class RawSocket implements AutoCloseable {
  private final int fd;
  private final MessageBuffer buffer;
  private boolean closed;

  private RawSocket(int fd, MessageBuffer buffer) {
    this.fd = fd;
    this.buffer = buffer;
  }

  /** Opens a socket in the namespace of the calling thread. */
  static RawSocket open(IpFamily family, Protocol protocol, MessageBuffer buffer) {
    boolean six = family == IpFamily.IPV6;
    int type = protocol == Protocol.TCP ? Libc.SOCK_STREAM : Libc.SOCK_DGRAM;
    int fd =
        Libc.socket(
            six ? Libc.AF_INET6 : Libc.AF_INET,
            type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC,
            protocol.number());
    if (fd < 0) {
      throw new IllegalStateException(
          "cannot open a socket (errno " + Libc.errno() + "); is ulimit -n too low?");
    }
    RawSocket socket = new RawSocket(fd, buffer);
    if (six) {
      socket.option(Libc.IPPROTO_IPV6, Libc.IPV6_RECVERR, 1);
    } else {
      socket.option(Libc.IPPROTO_IP, Libc.IP_RECVERR, 1);
    }
    if (protocol == Protocol.TCP) {
      // struct linger with no time: closing sends a reset, and neither side keeps anything.
      socket.option(Libc.SOL_SOCKET, Libc.SO_LINGER, 1, 0);
    }
    return socket;
  }

  private void option(int level, int name, int... value) {
    if (Libc.setsockopt(fd, level, name, value, 4 * value.length) < 0) {
      int errno = Libc.errno();
      close();
      throw new IllegalStateException("cannot set option " + name + " (errno " + errno + ")");
    }
  }

  int fd() {
    return fd;
  }

  /** Binds to a source, port 0 for any; returns 0 or an error number. */
  int bind(SocketName source) {
    byte[] name = source.encode();
    return Libc.bind(fd, name, name.length) < 0 ? Libc.errno() : 0;
  }

  /** Starts to connect; returns 0 or an error number, EINPROGRESS among them. */
  int connect(Destination to) {
    byte[] name = new SocketName(to.address(), to.port()).encode();
    return Libc.connect(fd, name, name.length) < 0 ? Libc.errno() : 0;
  }

  /** The address that this socket sends from. */
  IpAddress localAddress() {
    byte[] name = new byte[SocketName.LONGEST];
    Libc.getsockname(fd, name, new int[] {name.length});
    return SocketName.decode(name).address();
  }

  /** Sends a line; returns 0 or an error number. */
  int send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Libc.send(fd, bytes, bytes.length, Libc.MSG_NOSIGNAL) < 0 ? Libc.errno() : 0;
  }

  /** What one read gave: text (empty at the end of the stream), or an error number. */
  record Read(String text, int errno) {}

  Read read() {
    byte[] bytes = new byte[1024];
    long count = Libc.recv(fd, bytes, bytes.length, 0);
    return count < 0
        ? new Read("", Libc.errno())
        : new Read(new String(bytes, 0, (int) count, StandardCharsets.UTF_8), 0);
  }

  /** Takes the pending error of the socket: 0 or an error number. */
  int pendingError() {
    int[] value = new int[1];
    Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ERROR, value, new int[] {4});
    return value[0];
  }

  /** Takes the oldest ICMP error about this socket's packets, or a local one, if there is any. */
  Optional<Outcome> queuedError() {
    if (buffer.receive(fd, Libc.MSG_ERRQUEUE | Libc.MSG_DONTWAIT) < 0) {
      return Optional.empty();
    }
    Outcome[] found = new Outcome[1];
    buffer.controls((level, type, data) -> {
      boolean four = level == Libc.IPPROTO_IP && type == Libc.IP_RECVERR;
      boolean six = level == Libc.IPPROTO_IPV6 && type == Libc.IPV6_RECVERR;
      if (four || six) {
        found[0] = outcome(data);
      }
    });
    return Optional.ofNullable(found[0]);
  }

  /** Reads a {@code struct sock_extended_err} of {@code <linux/errqueue.h>}. */
  private static Outcome outcome(Pointer error) {
    int origin = error.getByte(4);
    int type = error.getByte(5) & 0xff;
    int code = error.getByte(6) & 0xff;
    return switch (origin) {
      case 2 -> new Outcome.IcmpReject(IcmpCode.v4(type, code));
      case 3 -> new Outcome.IcmpReject(IcmpCode.v6(type, code));
      default -> new Outcome.Unreachable();
    };
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
