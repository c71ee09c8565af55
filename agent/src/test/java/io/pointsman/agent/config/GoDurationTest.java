package io.pointsman.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "30s, PT30S, 30s",
    "1m30s, PT1M30S, 1m30s",
    "1.5h, PT1H30M, 1h30m0s",
    "100ms, PT0.1S, 0.1s",
    "0, PT0S, 0s",
    "0s, PT0S, 0s",
    "-1s, PT-1S, -1s",
    "1us, PT0.000001S, 0.000001s"
  })
  void durationsAreThoseOfGo(String text, Duration duration, String printed) {
    assertThat(GoDuration.parse(text)).contains(duration);
    assertThat(GoDuration.parse(GoDuration.format(duration))).contains(duration);
    if (!duration.isNegative()) {
      assertThat(GoDuration.format(duration)).isEqualTo(printed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "1 s", "1d", "99999999999h", "1.2.3s"})
  void othersAreNone(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }
}
