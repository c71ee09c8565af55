package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each new socket a source port that none with its destination had for long. The kernel would
 * soon hand out a port again for which connection tracking still remembers the way of an earlier
 * packet (nf_conntrack_udp_timeout_stream and nf_conntrack_tcp_timeout_syn_sent: two minutes), and
 * that would answer for rules that are gone. Counted by destination, as some seconds of traffic to
 * many would use up what there is.
 */
final class SourcePorts {
  private static final int FIRST = 33_000;
  private static final int COUNT = 27_000;

  private final Map<Destination, AtomicInteger> given = new ConcurrentHashMap<>();

  /**
   * Binds a socket.
   *
   * @throws IllegalArgumentException when the source is no address of the socket's namespace
   */
  void bind(RawSocket socket, Destination to, Optional<IpAddress> source) {
    IpAddress address = source.orElseGet(() -> any(to.address().family()));
    int errno = socket.bind(new SocketName(address, next(to)));
    for (int tries = 1; errno == Libc.EADDRINUSE && tries < COUNT; tries++) {
      errno = socket.bind(new SocketName(address, next(to)));
    }
    if (errno != 0) {
      throw new IllegalArgumentException(
          "a probe cannot use " + address + " as its source (errno " + errno + ")");
    }
  }

  private int next(Destination to) {
    // Begun elsewhere for each, so that an endpoint of several of them seldom meets a port again.
    AtomicInteger counter = given.computeIfAbsent(to, key -> new AtomicInteger(key.hashCode()));
    return FIRST + Math.floorMod(counter.getAndIncrement(), COUNT);
  }

  private static IpAddress any(IpFamily family) {
    return IpAddress.ofBytes(new byte[family.bits() / 8]);
  }
}
