package io.pointsman.agent;

import io.pointsman.netlink.nfnetlink.Notifications;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when addresses of the node come or go, since node ports may answer on those that lie in a
 * configured range.
 */
final class AddressWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AddressWatch.class);
  private static final Duration LONG = Duration.ofDays(1);

  private final Notifications notifications;

  private AddressWatch(Notifications notifications) {
    this.notifications = notifications;
  }

  /**
   * Watches the calling thread's network namespace from now on.
   *
   * @param changed called on a thread of its own after each change, also after one that was missed
   * @return empty, after a warning, where the kernel does not tell
   */
  static Optional<AddressWatch> start(Runnable changed) {
    try {
      AddressWatch watch = new AddressWatch(Notifications.ofAddresses());
      Thread.ofPlatform().daemon().name("address-watch").start(() -> watch.run(changed));
      return Optional.of(watch);
    } catch (IOException refused) {
      warn(refused);
      return Optional.empty();
    }
  }

  private void run(Runnable changed) {
    try {
      while (true) {
        switch (notifications.next(LONG, message -> {})) {
          case MESSAGES, LOST -> changed.run();
          case NOTHING -> {}
          case CLOSED -> {
            return;
          }
        }
      }
    } catch (IOException broken) {
      warn(broken);
    }
  }

  private static void warn(IOException reason) {
    LOG.warn(
        "New addresses of the node will be noticed only at the next change of a Service: {}",
        reason.getMessage());
  }

  @Override
  public void close() {
    notifications.close();
  }
}
