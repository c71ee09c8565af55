package io.pointsman.nftables;

import io.pointsman.netlink.netns.NetworkNamespace;
import org.junit.jupiter.api.Assumptions;

/** What a test needs that programs a real kernel. */
final class Namespaces {
  private Namespaces() {}

  /** Skips the test where namespaces cannot be made; fails it in CI. */
  static void require() {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
          }
          Assumptions.abort(reason);
        });
  }
}
