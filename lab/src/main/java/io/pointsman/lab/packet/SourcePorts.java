package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each new socket a source port that none of its protocol had before it. The kernel would
 * soon hand out a port again for which connection tracking still remembers the way of an earlier
 * packet (nf_conntrack_udp_timeout_stream and nf_conntrack_tcp_timeout_syn_sent: two minutes), and
 * that would answer for rules that are gone.
 */
final class SourcePorts {
  private static final int FIRST = 33_000;
  private static final int COUNT = 27_000;

  private final AtomicInteger udp = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  /**
   * Binds a socket.
   *
   * @throws IllegalArgumentException when the source is no address of the socket's namespace
   */
  void bind(RawSocket socket, Destination to, Optional<IpAddress> source) {
    IpAddress address = source.orElseGet(() -> any(to.address().family()));
    int errno = socket.bind(new SocketName(address, next(to.protocol())));
    for (int tries = 1; errno == Libc.EADDRINUSE && tries < COUNT; tries++) {
      errno = socket.bind(new SocketName(address, next(to.protocol())));
    }
    if (errno != 0) {
      throw new IllegalArgumentException(
          "a probe cannot use " + address + " as its source (errno " + errno + ")");
    }
  }

  private int next(Protocol protocol) {
    AtomicInteger given = protocol == Protocol.UDP ? udp : others;
    return FIRST + Math.floorMod(given.getAndIncrement(), COUNT);
  }

  private static IpAddress any(IpFamily family) {
    return IpAddress.ofBytes(new byte[family.bits() / 8]);
  }
}
