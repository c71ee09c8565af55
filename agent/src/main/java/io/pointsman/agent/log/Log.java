package io.pointsman.agent.log;

import java.time.ZoneId;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets the process's log up. */
public final class Log {
  private static final String OUR_PACKAGES = "io.pointsman";

  /** Held, as the log manager forgets loggers that nobody holds, and their levels with them. */
  private static final Logger OURS = Logger.getLogger(OUR_PACKAGES);

  private static final int DEBUG = 4;
  private static final int TRACE = 6;

  private Log() {}

  /** Sends the log to standard error from now on, and nowhere else. */
  public static void toStandardError(LogSettings settings) {
    toStandardError(settings, new LogTail(0));
  }

  /**
   * As the other.
   *
   * @param tail remembers what was said
   */
  public static void toStandardError(LogSettings settings, LogTail tail) {
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    console.setFormatter(new Remembering(formatter(settings), tail));
    console.setFilter(record -> isWanted(record, settings));
    root.addHandler(console);
    int highest = settings.highestVerbosity();
    root.setLevel(highest >= TRACE ? Level.FINER : Level.INFO);
    OURS.setLevel(highest >= TRACE ? Level.ALL : highest >= DEBUG ? Level.FINE : Level.INFO);
  }

  /** A formatter, so that each record is made into text once. */
  private static final class Remembering extends Formatter {
    private final Formatter formatter;
    private final LogTail tail;

    Remembering(Formatter formatter, LogTail tail) {
      this.formatter = formatter;
      this.tail = tail;
    }

    @Override
    public String format(LogRecord record) {
      String text = formatter.format(record);
      tail.add(text);
      return text;
    }
  }

  private static Formatter formatter(LogSettings settings) {
    return switch (settings.form()) {
      case JSON -> new JsonFormatter();
      case TEXT ->
          new KlogFormatter(
              ZoneId.systemDefault(),
              ProcessHandle.current().pid(),
              settings.highestVerbosity() >= DEBUG);
    };
  }

  /** Loggers have the names of classes, and these those of their files. */
  private static boolean isWanted(LogRecord record, LogSettings settings) {
    if (record.getLevel().intValue() >= Level.INFO.intValue()) {
      return true;
    }
    String logger = String.valueOf(record.getLoggerName());
    int verbosity = settings.verbosityOf(logger.substring(logger.lastIndexOf('.') + 1));
    boolean debugging =
        logger.startsWith(OUR_PACKAGES) && record.getLevel().intValue() >= Level.FINE.intValue();
    return verbosity >= (debugging ? DEBUG : TRACE);
  }
}
