package io.pointsman.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace that lives as long as a test's body, which runs on a thread of its own inside
 * it. It has no name and no file: the kernel removes it when the thread and its sockets are gone.
 */
public final class PrivateNamespace {
  /** {@code CLONE_NEWNET} in {@code sched.h}. */
  private static final int NEW_NETWORK = 0x40000000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private PrivateNamespace() {}

  /** A test's body. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  /** Runs the body; skips the test if the process may not make namespaces and CI is not set. */
  public static void run(Body body) throws Exception {
    CompletableFuture<Integer> entered = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> enterAndRun(body, entered, done), "private namespace");
    thread.setDaemon(true);
    thread.start();
    int errno = entered.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (errno != 0) {
      String reason = "cannot make a network namespace (errno %d): run as root".formatted(errno);
      assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
      abort(reason);
    }
    try {
      done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw failure;
      }
    }
    thread.join(LIMIT);
  }

  private static void enterAndRun(
      Body body, CompletableFuture<Integer> entered, CompletableFuture<Void> done) {
    try {
      entered.complete(C.load().unshareErrno(NEW_NETWORK));
      if (entered.join() == 0) {
        body.run();
      }
      done.complete(null);
    } catch (Throwable failure) {
      entered.complete(-1);
      done.completeExceptionally(failure);
    }
  }

  private static final class C {
    static {
      Native.register(C.class, NativeLibrary.getProcess());
    }

    static C load() {
      return new C();
    }

    static native int unshare(int flags);

    int unshareErrno(int flags) {
      return unshare(flags) == 0 ? 0 : Native.getLastError();
    }
  }
}
