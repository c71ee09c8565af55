package io.pointsman.agent.metrics;

import io.pointsman.dataplane.PacketCounter;
import io.pointsman.net.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is not counted but asked for at each scrape.
 *
 * @param unapplied how long the oldest change of each family has waited for the kernel
 * @param unseen how many resources cannot be followed
 * @param unreadable how many objects cannot be read
 * @param packets what the kernel has counted
 * @param eventsLost how many Events were given up since the start
 * @param certificate shown to clients; empty for plain HTTP
 */
public record Present(
    Map<IpFamily, Duration> unapplied,
    int unseen,
    int unreadable,
    Map<PacketCounter, Long> packets,
    long eventsLost,
    Optional<Certificate> certificate) {
  /**
   * @param notAfter when it expires
   * @param current it is what its files hold; false when they cannot be used and it is an older one
   */
  public record Certificate(Instant notAfter, boolean current) {}

  public Present {
    Map<IpFamily, Duration> copy = new EnumMap<>(IpFamily.class);
    copy.putAll(unapplied);
    packets = Map.copyOf(packets);
    unapplied = Collections.unmodifiableMap(copy);
  }
}
