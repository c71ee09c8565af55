package io.pointsman.agent.log;

import java.time.ZoneId;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets the process's log up. */
public final class Log {
  /** Held, as the log manager forgets loggers that nobody holds, and their levels with them. */
  private static final Logger OURS = Logger.getLogger("io.pointsman");

  private static final int DEBUG = 4;
  private static final int TRACE = 6;

  private Log() {}

  /**
   * Sends the log to standard error.
   *
   * @param verbosity as {@code -v} of Kubernetes: 0 what operators must know, 4 what developers
   *     want to know, with stack traces, 6 everything that libraries say too
   */
  public static void toStandardError(int verbosity) {
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    console.setFormatter(
        new KlogFormatter(
            ZoneId.systemDefault(), ProcessHandle.current().pid(), verbosity >= DEBUG));
    root.addHandler(console);
    root.setLevel(verbosity >= TRACE ? Level.FINER : Level.INFO);
    OURS.setLevel(verbosity >= TRACE ? Level.ALL : verbosity >= DEBUG ? Level.FINE : Level.INFO);
  }
}
