package io.pointsman.agent.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line a record in the text form of klog, which log shippers for Kubernetes parse:
 *
 * <pre>I1125 08:00:01.123456    4711 Agent.java:142] IPv4: 3 events, ...</pre>
 *
 * The letter is the severity (I, W or E), then month and day, local time, process, source, message.
 * Formats on the thread that logs, as it must look who called.
 */
final class KlogFormatter extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS", Locale.ROOT);

  private final ZoneId zone;
  private final long pid;
  private final boolean stackTraces;

  /**
   * @param zone of the times
   * @param pid of this process
   * @param stackTraces follow a record's exception with its stack, a line a frame
   */
  KlogFormatter(ZoneId zone, long pid, boolean stackTraces) {
    this.zone = zone;
    this.pid = pid;
    this.stackTraces = stackTraces;
  }

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(160);
    line.append(letter(record.getLevel()));
    line.append(TIME.format(record.getInstant().atZone(zone)));
    String number = Long.toString(pid);
    line.repeat(' ', Math.max(1, 8 - number.length())).append(number).append(' ');
    line.append(Caller.of(record)).append("] ");
    line.append(oneLine(formatMessage(record)));
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      line.append(": ").append(oneLine(thrown.toString()));
      line.append('\n');
      if (stackTraces) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
          line.append("\tat ").append(frame).append('\n');
        }
      }
      return line.toString();
    }
    return line.append('\n').toString();
  }

  private static char letter(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return 'E';
    }
    return level.intValue() >= Level.WARNING.intValue() ? 'W' : 'I';
  }

  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
