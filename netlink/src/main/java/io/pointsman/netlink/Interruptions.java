package io.pointsman.netlink;

import io.pointsman.netlink.codec.Errno;
import java.io.IOException;

/** Repeats a call that a signal interrupted ({@code EINTR}): it had no effect then. */
public final class Interruptions {
  private static final int ATTEMPTS = 10;

  private Interruptions() {}

  /** A call on a transport. */
  @FunctionalInterface
  public interface Call<T> {
    /** Makes the call. */
    T run() throws IOException;
  }

  /**
   * Makes a call until it is not interrupted, 10 times at most.
   *
   * @return the call's result
   * @throws NetlinkException what the call threw, {@code EINTR} if each try was interrupted
   */
  public static <T> T retried(Call<T> call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run();
      } catch (NetlinkException failure) {
        if (attempt == ATTEMPTS || !failure.errno().equals(Errno.EINTR)) {
          throw failure;
        }
      }
    }
  }
}
