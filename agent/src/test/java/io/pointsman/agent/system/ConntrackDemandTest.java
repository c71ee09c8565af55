package io.pointsman.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConntrackDemandTest {
  private static final ConntrackSettings NONE = settings(0, 0);

  private static ConntrackSettings settings(int maxPerCore, int min) {
    return new ConntrackSettings(
        maxPerCore, min, Duration.ZERO, Duration.ZERO, false, Duration.ZERO, Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    // per core, min, cores, flows
    "32768, 131072, 1, 131072",
    "32768, 131072, 4, 131072",
    "32768, 131072, 8, 262144",
    "32768, 131072, 32, 1048576",
    "32768, 131072, 64, 1048576",
    // The most stands before the least, as with kube-proxy.
    "32768, 2000000, 64, 1048576",
    "32768, 2000000, 8, 2000000",
    "2147483647, 0, 1024, 1048576",
    "1, 0, 3, 3",
  })
  void theTableGrowsWithTheCores(int maxPerCore, int min, int cores, long flows) {
    assertThat(ConntrackDemand.of(settings(maxPerCore, min), cores))
        .containsExactly(
            new ConntrackDemand(ConntrackKnob.MAX, flows),
            new ConntrackDemand(ConntrackKnob.BUCKETS, flows / 4));
  }

  @Test
  void zeroLeavesAlone() {
    assertThat(ConntrackDemand.of(NONE, 64)).isEmpty();
    assertThat(ConntrackDemand.of(settings(0, 131_072), 64)).isEmpty();
  }

  @Test
  void theDefaultsAreThoseOfKubeProxy() {
    assertThat(ConntrackDemand.of(ConntrackSettings.DEFAULT, 2))
        .containsExactly(
            new ConntrackDemand(ConntrackKnob.MAX, 131_072),
            new ConntrackDemand(ConntrackKnob.BUCKETS, 32_768),
            new ConntrackDemand(ConntrackKnob.TCP_ESTABLISHED, 86_400),
            new ConntrackDemand(ConntrackKnob.TCP_CLOSE_WAIT, 3_600));
  }

  @Test
  void allCanBeAskedFor() {
    ConntrackSettings all =
        new ConntrackSettings(
            0,
            0,
            Duration.ZERO,
            Duration.ofMillis(1_500),
            true,
            Duration.ofSeconds(20),
            Duration.ofMinutes(2));
    assertThat(ConntrackDemand.of(all, 1))
        .containsExactly(
            new ConntrackDemand(ConntrackKnob.TCP_CLOSE_WAIT, 1),
            new ConntrackDemand(ConntrackKnob.TCP_BE_LIBERAL, 1),
            new ConntrackDemand(ConntrackKnob.UDP, 20),
            new ConntrackDemand(ConntrackKnob.UDP_STREAM, 120));
  }

  @ParameterizedTest
  @CsvSource({
    "MAX, 131072, 131071, true",
    "MAX, 131072, 131072, false",
    // A larger table is never made smaller.
    "MAX, 131072, 4000000, false",
    "BUCKETS, 100, 99, true",
    "BUCKETS, 100, 101, false",
    "TCP_ESTABLISHED, 86400, 432000, true",
    "TCP_ESTABLISHED, 86400, 3600, true",
    "TCP_ESTABLISHED, 86400, 86400, false",
    "TCP_BE_LIBERAL, 1, 0, true",
    "TCP_BE_LIBERAL, 1, 1, false",
    // Not readable.
    "UDP, 30, , true",
  })
  void onlyWhatDoesNotHoldIsWritten(ConntrackKnob knob, long wanted, Long present, boolean unmet) {
    ConntrackDemand demand = new ConntrackDemand(knob, wanted);
    Map<ConntrackKnob, Long> values = present == null ? Map.of() : Map.of(knob, present);
    assertThat(ConntrackDemand.unmet(List.of(demand), values))
        .isEqualTo(unmet ? List.of(demand) : List.of());
  }
}
