package io.pointsman.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonFormatterTest {
  private static JsonNode format(Level level, String message, @Nullable Throwable thrown)
      throws IOException {
    LogRecord record = new LogRecord(level, message);
    record.setInstant(Instant.parse("2026-11-25T08:00:01.123456Z"));
    record.setThrown(thrown);
    String line = new JsonFormatter().format(record);
    assertThat(line).endsWith("}\n").doesNotContain("\n{");
    return new ObjectMapper().readTree(line);
  }

  @Test
  void theKeysAreThoseOfKubernetes() throws IOException {
    JsonNode line = format(Level.INFO, "a \"quoted\"\nmessage", null);
    assertThat(line.path("ts").decimalValue()).isEqualByComparingTo("1795593601123.456");
    assertThat(line.path("msg").asText()).isEqualTo("a \"quoted\"\nmessage");
    assertThat(line.path("v").asInt(-1)).isZero();
    assertThat(line.path("caller").asText()).startsWith("JsonFormatterTest.java:");
    assertThat(format(Level.FINE, "x", null).path("v").asInt()).isEqualTo(4);
  }

  @Test
  void errorsHaveTheirCauseAndNoVerbosity() throws IOException {
    JsonNode line = format(Level.SEVERE, "x", new IOException("full"));
    assertThat(line.path("err").asText()).isEqualTo("java.io.IOException: full");
    assertThat(line.has("v")).isFalse();
  }

  @Test
  void filesCanSayMoreThanOthers() {
    LogSettings settings =
        new LogSettings(
            LogSettings.Form.TEXT,
            0,
            List.of(LogSettings.Module.of("Recon*", 5), LogSettings.Module.of("Re?", 1)));
    assertThat(settings.verbosityOf("Reconciler")).isEqualTo(5);
    assertThat(settings.verbosityOf("Red")).isEqualTo(1);
    assertThat(settings.verbosityOf("Agent")).isZero();
    assertThat(settings.highestVerbosity()).isEqualTo(5);
  }
}
