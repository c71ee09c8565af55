package io.pointsman.agent.preflight;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param level whether it is in the way
 * @param where the setting, table, port or program
 * @param what how it is with that
 * @param advice what to do about it; empty when nothing is to be done
 */
public record Finding(Level level, String where, String what, String advice) {
  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** The proxy would run, but something may not work as wished. */
    WARN,
    /** The proxy would not run. */
    FAIL;

    /** As printed: {@code ok}, {@code warn}, {@code fail}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String where, String what) {
    return new Finding(Level.OK, where, what, "");
  }

  static Finding warn(String where, String what, String advice) {
    return new Finding(Level.WARN, where, what, advice);
  }

  static Finding fail(String where, String what, String advice) {
    return new Finding(Level.FAIL, where, what, advice);
  }

  /** Place, matter and advice in one line. */
  String text() {
    return "%s: %s%s".formatted(where, what, advice.isEmpty() ? "" : "; " + advice);
  }

  /** One line for a person. */
  @Override
  public String toString() {
    return "%-4s  %s".formatted(level.label(), text());
  }
}
