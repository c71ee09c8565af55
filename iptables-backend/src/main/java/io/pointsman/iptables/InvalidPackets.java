package io.pointsman.iptables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of forwarded packets that belong to no connection that conntrack knows. */
enum InvalidPackets {
  /**
   * Dropped: translated by no rule, they would reach the client from an address that it never
   * called, and make it reset the connection (kubernetes/kubernetes#74839).
   */
  DROPPED,
  /** Conntrack is told to accept TCP packets outside the window, so hardly any are invalid. */
  ACCEPTED;

  private static final Path LIBERAL =
      Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal");

  /** As the sysctl {@code nf_conntrack_tcp_be_liberal} of the calling thread's namespace asks. */
  static InvalidPackets bySysctl() {
    try {
      return of(Files.readString(LIBERAL));
    } catch (IOException conntrackNotLoaded) {
      return DROPPED;
    }
  }

  /** For a value of the sysctl: a number, where 0 is off. */
  static InvalidPackets of(String sysctl) {
    return sysctl.strip().equals("0") ? DROPPED : ACCEPTED;
  }
}
