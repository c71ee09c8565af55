package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The first thing that a newcomer runs. */
@NeedsLab
class DemoTest {
  @Test
  void noRequestIsLost() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    boolean kept = new Demo(new PrintStream(shown, true, StandardCharsets.UTF_8)).show();
    assertThat(kept).as("%s", shown.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("Mode nftables: who answers", "Live switch to iptables", "No request was lost.");
  }
}
