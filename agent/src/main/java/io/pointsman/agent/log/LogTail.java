package io.pointsman.agent.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Keeps the end of the log in memory. Any thread may add and read. */
public final class LogTail {
  private final int most;
  private final Deque<String> lines = new ArrayDeque<>();
  private int length;

  /**
   * Nothing yet.
   *
   * @param most characters are kept, the last ones; a record that is longer alone is cut
   */
  public LogTail(int most) {
    this.most = most;
  }

  synchronized void add(String record) {
    String kept = record.length() > most ? record.substring(0, most) : record;
    if (kept.isEmpty()) {
      return;
    }
    lines.addLast(kept);
    length += kept.length();
    while (length > most) {
      length -= lines.removeFirst().length();
    }
  }

  /** The records as they were written, the eldest first. */
  public synchronized List<String> records() {
    return List.copyOf(lines);
  }
}
