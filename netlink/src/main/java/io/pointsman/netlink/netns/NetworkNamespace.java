package io.pointsman.netlink.netns;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A network namespace that lives as long as this object is open and this process runs.
 *
 * <p>It starts empty: a loopback interface that is down, no addresses, no rules. Threads cannot be
 * moved back and forth safely while other code may borrow them, so work inside always gets a thread
 * of its own.
 */
public final class NetworkNamespace implements AutoCloseable {
  /** How long {@link #exec} waits for a command. */
  public static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  static {
    openJdkSocketsOutside();
  }

  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NetworkNamespace(int fd) {
    this.fd = fd;
  }

  /**
   * With its first channel the JDK opens a socket that it keeps for good (sun.nio.ch.UnixDispatcher
   * puts it in the place of descriptors that it closes). Opened by a task inside a namespace, it
   * would hold that namespace until the process ends: so it is opened here, before any task runs.
   */
  private static void openJdkSocketsOutside() {
    try {
      SocketChannel.open().close();
    } catch (IOException noSockets) {
      throw new NamespaceException("this process cannot open sockets: " + noSockets, noSockets);
    }
  }

  /**
   * A new, empty namespace.
   *
   * @throws NamespaceException saying what is missing, usually root
   */
  public static NetworkNamespace create() {
    return new NetworkNamespace(onOwnThread("new-netns", NetworkNamespace::unshareAndOpen));
  }

  private static int unshareAndOpen() {
    NamespaceCalls.check(
        NamespaceCalls.unshare(NamespaceCalls.CLONE_NEWNET), "cannot make a network namespace");
    return NamespaceCalls.check(
        NamespaceCalls.open("/proc/thread-self/ns/net", NamespaceCalls.O_CLOEXEC),
        "cannot hold the new network namespace through /proc/thread-self/ns/net");
  }

  /** Why namespaces cannot be made here, in one line; empty when they can. Tries it. */
  public static Optional<String> unavailable() {
    try {
      create().close();
      return Optional.empty();
    } catch (NamespaceException reason) {
      return Optional.of(String.valueOf(reason.getMessage()));
    }
  }

  /**
   * Runs the task on a fresh platform thread inside this namespace and waits for its result.
   * Sockets that the task opens stay in the namespace for good and may be used from any thread
   * afterwards; threads that the task starts are inside, too.
   *
   * <p>A thread that outlives the task keeps the namespace alive after {@link #close}. The JDK
   * starts one for each {@link Process} (it lingers for a minute) and as carriers of virtual
   * threads: start processes with {@link #exec} or behind {@link #enter}, not inside a task.
   *
   * @throws Exception what the task threw
   */
  public <T> T call(Callable<T> task) throws Exception {
    FutureTask<T> inside = inside(task);
    Thread thread = Thread.ofPlatform().daemon().name("netns-" + fd).start(inside);
    try {
      return inside.get();
    } catch (ExecutionException failed) {
      throw unwrap(failed);
    } catch (InterruptedException stop) {
      thread.interrupt();
      throw stop;
    }
  }

  /** As {@link #call} for tasks that throw nothing checked and return nothing. */
  public void run(Runnable task) {
    onOwnThread(
        "netns-" + fd,
        () -> {
          enterHere();
          task.run();
          return true;
        });
  }

  /**
   * An unstarted daemon thread that enters this namespace before it runs the task. For work that
   * goes on in the background; end it before closing the namespace.
   */
  public Thread thread(String name, Runnable task) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .unstarted(() -> {
          enterHere();
          task.run();
        });
  }

  private <T> FutureTask<T> inside(Callable<T> task) {
    return new FutureTask<>(() -> {
      enterHere();
      return task.call();
    });
  }

  private void enterHere() {
    if (closed.get()) {
      throw new NamespaceException("the network namespace is closed; use it before close()");
    }
    NamespaceCalls.check(
        NamespaceCalls.setns(fd, NamespaceCalls.CLONE_NEWNET), "cannot enter " + path());
  }

  /**
   * A path that stands for this namespace while it is open, readable by root in any process: {@code
   * /proc/PID/fd/N}. For {@code nsenter --net=PATH} and {@code ip link set DEV netns PATH}.
   */
  public String path() {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
  }

  /** The command with what must stand before it so that it runs inside this namespace. */
  public List<String> enter(List<String> command) {
    List<String> full = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
    full.addAll(command);
    return List.copyOf(full);
  }

  /**
   * Runs a command inside and waits until it ends.
   *
   * @return what it said, whatever its exit code
   * @throws NamespaceException when it cannot be started or takes longer than {@link
   *     #COMMAND_LIMIT}; it is killed then
   */
  public CommandResult exec(String... command) {
    return execWithInput("", command);
  }

  /** As {@link #exec}, with text for its standard input. */
  public CommandResult execWithInput(String input, String... command) {
    List<String> asGiven = List.of(command);
    return CommandRun.run(asGiven, enter(asGiven), input, COMMAND_LIMIT);
  }

  /**
   * Lets go of the namespace. The kernel removes it, with all in it, as soon as no process, socket
   * or thread inside is left. Closing twice does nothing.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      NamespaceCalls.close(fd);
    }
  }

  @Override
  public String toString() {
    return "network namespace " + path() + (closed.get() ? " (closed)" : "");
  }

  private static <T> T onOwnThread(String name, Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().daemon().name(name).start(future);
    try {
      return future.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new NamespaceException("the task in the namespace failed", failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new NamespaceException("interrupted while waiting for a namespace thread", stop);
    }
  }

  private static Exception unwrap(ExecutionException failed) {
    if (failed.getCause() instanceof Error error) {
      throw error;
    }
    return failed.getCause() instanceof Exception cause ? cause : failed;
  }
}
