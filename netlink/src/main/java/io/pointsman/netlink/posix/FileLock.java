package io.pointsman.netlink.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Errno;
import jnr.posix.POSIX;

/**
 * An exclusive {@code flock(2)} on a file, such as {@code /run/xtables.lock}, by which programs
 * that change iptables rules take turns. The JDK's own file locks are {@code fcntl(2)} locks, which
 * {@code flock(2)} users do not see.
 *
 * <p>The kernel releases it when the process ends, however that happens.
 */
public final class FileLock implements AutoCloseable {
  // fcntl.h and file.h, asm-generic
  private static final int O_RDONLY = 0;
  private static final int O_CREAT = 0x40;
  private static final int O_CLOEXEC = 0x80000;
  private static final int OWNER_READ_WRITE = 0600;
  private static final int LOCK_EXCLUSIVE = 2;
  private static final int LOCK_NON_BLOCKING = 4;

  private static final long RETRY_MILLIS = 20;

  private final int descriptor;
  private boolean released;

  private FileLock(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Takes the lock if it is free.
   *
   * @param file created if missing, readable by its owner only; its content does not matter
   * @return the lock, or empty if somebody else has it
   * @throws IOException if the file cannot be opened or locked
   */
  public static Optional<FileLock> tryAcquire(Path file) throws IOException {
    POSIX posix = NativePosix.get();
    int descriptor = posix.open(file.toString(), O_RDONLY | O_CREAT | O_CLOEXEC, OWNER_READ_WRITE);
    if (descriptor < 0) {
      throw failure("open", file, posix.errno());
    }
    if (posix.flock(descriptor, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) == 0) {
      return Optional.of(new FileLock(descriptor));
    }
    int errno = posix.errno();
    posix.close(descriptor);
    if (errno == Errno.EWOULDBLOCK.intValue()) {
      return Optional.empty();
    }
    throw failure("lock", file, errno);
  }

  /**
   * Takes the lock, waiting for it if need be. The lock tells nobody that it became free, so this
   * asks again every 20 ms.
   *
   * @param file as for {@link #tryAcquire}
   * @param wait how long to wait about
   * @return the lock, or empty if somebody else still has it after the wait
   * @throws IOException if the file cannot be opened or locked
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static Optional<FileLock> acquire(Path file, Duration wait)
      throws IOException, InterruptedException {
    Optional<FileLock> lock = tryAcquire(file);
    for (long left = wait.toMillis(); lock.isEmpty() && left > 0; left -= RETRY_MILLIS) {
      TimeUnit.MILLISECONDS.sleep(Math.min(left, RETRY_MILLIS));
      lock = tryAcquire(file);
    }
    return lock;
  }

  /** Releases the lock. Closing twice does nothing. */
  @Override
  public void close() {
    if (!released) {
      released = true;
      NativePosix.get().close(descriptor);
    }
  }

  private static IOException failure(String operation, Path file, int errno) {
    return new IOException(
        "cannot %s the lock file %s: %s".formatted(operation, file, Errno.valueOf(errno)));
  }
}
