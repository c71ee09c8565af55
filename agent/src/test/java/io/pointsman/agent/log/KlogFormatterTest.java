package io.pointsman.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class KlogFormatterTest {
  private static KlogFormatter formatter(boolean stackTraces) {
    return new KlogFormatter(ZoneOffset.UTC, 4711, stackTraces);
  }

  private static LogRecord record(Level level, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setInstant(Instant.parse("2026-11-25T08:00:01.123456789Z"));
    record.setLoggerName("x.Y");
    return record;
  }

  @ParameterizedTest
  @CsvSource({"SEVERE,E", "WARNING,W", "INFO,I", "FINE,I"})
  void theLetterIsTheSeverity(String level, String letter) {
    assertThat(formatter(false).format(record(Level.parse(level), "hello")))
        .matches(letter + "1125 08:00:01\\.123456    4711 KlogFormatterTest\\.java:\\d+] hello\n");
  }

  @Test
  void aRecordIsOneLineWhateverIsInIt() {
    LogRecord record = record(Level.WARNING, "two\nlines\r\n");
    record.setThrown(new IllegalStateException("bad\nthing"));
    assertThat(formatter(false).format(record))
        .endsWith("] two\\nlines\\r\\n: java.lang.IllegalStateException: bad\\nthing\n")
        .containsOnlyOnce("\n");
    assertThat(formatter(true).format(record)).contains("\n\tat io.pointsman.agent.log.Klog");
  }

  @Test
  void theSourceIsWhoLoggedThroughSlf4j() {
    String name = "test." + UUID.randomUUID();
    Logger logger = Logger.getLogger(name);
    logger.setUseParentHandlers(false);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StreamHandler handler = new StreamHandler(bytes, formatter(false));
    logger.addHandler(handler);
    int line = StackWalker.getInstance().walk(s -> s.findFirst().orElseThrow().getLineNumber()) + 1;
    LoggerFactory.getLogger(name).warn("{} of {}", 1, 2);
    handler.flush();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .matches("W\\d{4} [\\d:.]{15}    4711 KlogFormatterTest\\.java:" + line + "] 1 of 2\n");
  }
}
