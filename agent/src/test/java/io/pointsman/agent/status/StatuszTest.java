package io.pointsman.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.metrics.Build;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatuszTest {
  private static final Build BUILD = new Build("0.1.0", "1.36.2", "25.0.3", "linux/amd64");

  @Test
  void statuszSaysWhatRunsSinceWhen() {
    assertThat(
            Statusz.statusz(
                BUILD,
                Instant.parse("2026-11-05T08:00:00Z"),
                Instant.parse("2026-11-06T10:03:12.9Z"),
                List.of("/healthz", "/metrics")))
        .startsWith("\nkube-proxy statusz\n")
        .contains(
            """
            Started: Thu Nov  5 08:00:00 UTC 2026
            Up: 26 hr 03 min 12 sec
            Java version: 25.0.3
            Binary version: 1.36.2 (Pointsman 0.1.0)
            Emulation version: 1.36

            Paths: /healthz /metrics
            """);
  }

  @Test
  void flagzHasALineForEachFlag() {
    assertThat(Statusz.flagz(new TreeMap<>(Map.of("v", "2", "proxy-mode", "nftables"))))
        .startsWith("\nkube-proxy flagz\n")
        .endsWith("\nproxy-mode=nftables\nv=2\n");
  }
}
