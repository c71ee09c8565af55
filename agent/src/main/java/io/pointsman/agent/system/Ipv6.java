package io.pointsman.agent.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the kernel speaks IPv6 in the network namespace of the calling thread. */
public final class Ipv6 {
  private static final Path INTERFACES = Path.of("/proc/thread-self/net/if_inet6");
  private static final Path DISABLED = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

  private Ipv6() {}

  /** Why it does not; empty when it does. */
  public static Optional<String> unusable() {
    Optional<String> disabled;
    try {
      disabled = Optional.of(KernelFile.read(DISABLED));
    } catch (IOException notThere) {
      disabled = Optional.empty();
    }
    return unusable(Files.exists(INTERFACES), disabled);
  }

  /**
   * Judges what the kernel shows.
   *
   * @param interfaces whether there is a list of interfaces with IPv6 addresses
   * @param disabled {@code net.ipv6.conf.all.disable_ipv6}, where it can be read
   */
  static Optional<String> unusable(boolean interfaces, Optional<String> disabled) {
    if (!interfaces) {
      return Optional.of("this kernel has no IPv6: " + INTERFACES + " is missing");
    }
    return disabled
        .filter(value -> value.equals("1"))
        .map(value -> "IPv6 is turned off: net.ipv6.conf.all.disable_ipv6 is 1");
  }
}
