package io.pointsman.agent.log;

import io.pointsman.agent.http.JsonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One object a line, with the keys of Kubernetes' JSON log:
 *
 * <pre>{"ts":1764057600123.456,"caller":"Agent.java:142","msg":"IPv4: 3 events, ...","v":0}</pre>
 *
 * The time is in milliseconds since 1970. Errors have no {@code v}; what was thrown is {@code err}.
 * Formats on the thread that logs, as it must look who called.
 */
final class JsonFormatter extends Formatter {
  private static final int DEBUG = 4;
  private static final int TRACE = 6;

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(200);
    line.append("{\"ts\":").append(millis(record.getInstant()));
    line.append(",\"caller\":").append(JsonText.quote(Caller.of(record)));
    line.append(",\"msg\":").append(JsonText.quote(formatMessage(record)));
    if (record.getLevel().intValue() < Level.SEVERE.intValue()) {
      line.append(",\"v\":").append(verbosity(record.getLevel()));
    }
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      line.append(",\"err\":").append(JsonText.quote(thrown.toString()));
    }
    return line.append("}\n").toString();
  }

  private static String millis(Instant time) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
    return String.format(Locale.ROOT, "%d.%03d", micros / 1000, micros % 1000);
  }

  private static int verbosity(Level level) {
    return level.intValue() >= Level.INFO.intValue()
        ? 0
        : level.intValue() >= Level.FINE.intValue() ? DEBUG : TRACE;
  }
}
