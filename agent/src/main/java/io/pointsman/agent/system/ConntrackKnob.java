package io.pointsman.agent.system;

import java.nio.file.Path;

/**
 * A setting of the kernel's connection tracking (Documentation/networking/nf_conntrack-sysctl.rst).
 */
public enum ConntrackKnob {
  /** The most flows that are tracked; one for the whole machine. */
  MAX("nf_conntrack_max"),
  /**
   * The buckets that flows are hashed to; one for the whole machine. Kube-proxy sets the same by
   * the module's parameter {@code hashsize}, which only root may see.
   */
  BUCKETS("nf_conntrack_buckets"),
  /** Seconds. */
  TCP_ESTABLISHED("nf_conntrack_tcp_timeout_established"),
  /** Seconds. */
  TCP_CLOSE_WAIT("nf_conntrack_tcp_timeout_close_wait"),
  /** 0 or 1. */
  TCP_BE_LIBERAL("nf_conntrack_tcp_be_liberal"),
  /** Seconds. */
  UDP("nf_conntrack_udp_timeout"),
  /** Seconds. */
  UDP_STREAM("nf_conntrack_udp_timeout_stream");

  private final Path file;

  ConntrackKnob(String sysctl) {
    this.file = Path.of("/proc/sys/net/netfilter", sysctl);
  }

  /** Where the kernel shows it and takes a new value, in the thread's network namespace. */
  public Path file() {
    return file;
  }
}
