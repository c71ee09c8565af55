package io.pointsman.lab.packet;

import java.time.Duration;
import java.util.List;

/** Waits for many conversations at once with poll(2). */
final class Conversations {
  private Conversations() {}

  /** Returns when every conversation has its outcome or the time is over. */
  static void await(List<Conversation> all, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      List<Conversation> open = all.stream().filter(Conversation::isOpen).toList();
      long left = deadline - System.nanoTime();
      if (open.isEmpty() || left <= 0) {
        return;
      }
      int[] entries = new int[2 * open.size()];
      for (int i = 0; i < open.size(); i++) {
        entries[2 * i] = open.get(i).fd();
        entries[2 * i + 1] = open.get(i).events();
      }
      // Rounded up, so that the last wait is not a busy one.
      int ready = Libc.poll(entries, open.size(), (int) (left / 1_000_000) + 1);
      for (int i = 0; ready > 0 && i < open.size(); i++) {
        // struct pollfd: int fd, short events, short revents; little endian.
        if (entries[2 * i + 1] >>> 16 != 0) {
          open.get(i).proceed();
        }
      }
    }
  }
}
