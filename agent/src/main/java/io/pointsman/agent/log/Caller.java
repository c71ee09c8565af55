package io.pointsman.agent.log;

import java.util.Optional;
import java.util.logging.LogRecord;

/** Finds who logs; to be asked on the thread that does. */
final class Caller {
  private Caller() {}

  /** The file and line that logged; the class where the compiler left these out. */
  static String of(LogRecord record) {
    Optional<StackWalker.StackFrame> caller =
        StackWalker.getInstance()
            .walk(frames -> frames.filter(frame -> !isLogging(frame.getClassName())).findFirst());
    return caller
        .filter(frame -> frame.getFileName() != null)
        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
        .orElse(record.getLoggerName() + ":1");
  }

  private static boolean isLogging(String className) {
    return className.startsWith("java.util.logging.")
        || className.startsWith("org.slf4j.")
        || className.startsWith("sun.util.logging.")
        || className.equals(Caller.class.getName())
        || className.equals(KlogFormatter.class.getName())
        || className.startsWith(Log.class.getName() + "$")
        || className.equals(JsonFormatter.class.getName());
  }
}
