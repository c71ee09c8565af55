package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each new UDP socket a source port that none had before it. The kernel would soon hand out a
 * port again for which connection tracking still remembers the way of an earlier question (for two
 * minutes, nf_conntrack_udp_timeout_stream), and that would answer for rules that are gone.
 */
final class SourcePorts {
  private static final int FIRST = 33_000;
  private static final int COUNT = 27_000;

  private final AtomicInteger given = new AtomicInteger();

  /**
   * Binds a socket as its protocol needs it.
   *
   * @throws IllegalArgumentException when the source is no address of the socket's namespace
   */
  void bind(RawSocket socket, Destination to, Optional<IpAddress> source) {
    if (to.protocol() == Protocol.TCP && source.isEmpty()) {
      return;
    }
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
    return protocol == Protocol.UDP ? FIRST + Math.floorMod(given.getAndIncrement(), COUNT) : 0;
  }

  private static IpAddress any(IpFamily family) {
    return IpAddress.ofBytes(new byte[family.bits() / 8]);
  }
}
