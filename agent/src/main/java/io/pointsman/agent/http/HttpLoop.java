package io.pointsman.agent.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any number of listening sockets, served by one thread.
 *
 * <p>A connection ends when its time is over; when there are too many, the oldest makes room. So
 * slow or hostile clients cost bounded memory and cannot keep others out for long.
 */
public final class HttpLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpLoop.class);

  /**
   * What clients may use up.
   *
   * @param connections open at one time, over all listeners
   * @param patience how long a connection may last
   */
  public record Limits(int connections, Duration patience) {
    /** Far more than probes and scrapers need. */
    public static final Limits DEFAULT = new Limits(256, Duration.ofSeconds(10));
  }

  /** A listening socket that is open. */
  public record Listener(ListenOn where, InetSocketAddress address, SelectionKey key) {}

  private final Selector selector;
  private final Thread thread;
  private final InstantSource clock;
  private final Limits limits;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** In the order of their deadlines. */
  private final Map<SelectionKey, Connection> connections = new LinkedHashMap<>();

  private HttpLoop(String name, InstantSource clock, Limits limits) throws IOException {
    this.selector = Selector.open();
    this.clock = clock;
    this.limits = limits;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::serve);
  }

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param clock for the Date of answers
   * @throws IOException when the process has no file descriptor left
   */
  public static HttpLoop start(String name, InstantSource clock, Limits limits) throws IOException {
    HttpLoop loop = new HttpLoop(name, clock, limits);
    loop.thread.start();
    return loop;
  }

  /**
   * Listens from now on, in the network namespace of the calling thread.
   *
   * @throws IOException when the address cannot be bound
   */
  public Listener listen(ListenOn where, HttpHandler handler) throws IOException {
    return listen(where, Served.plain(handler));
  }

  /** The same, by HTTPS or plain HTTP. */
  public Listener listen(ListenOn where, Served served) throws IOException {
    ServerSocketChannel channel = where.open();
    InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
    try {
      SelectionKey key = channel.register(selector, SelectionKey.OP_ACCEPT, served);
      selector.wakeup();
      return new Listener(where, address, key);
    } catch (ClosedSelectorException e) {
      channel.close();
      throw new IOException("the server is closed", e);
    }
  }

  /** Stops listening; when this returns the address is free. Open connections go on. */
  public void close(Listener listener) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(() -> {
      close(listener.key());
      release();
      done.complete(null);
    });
    selector.wakeup();
    // The limit is for a loop that has ended meanwhile.
    done.completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
  }

  private void serve() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        selector.select(this::handle, untilNextDeadline());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        dropExpired();
      }
    } catch (IOException e) {
      LOG.error("{} ends, as sockets cannot be waited for", thread.getName(), e);
    } catch (ClosedSelectorException e) {
      // Closed from outside: that is the end.
    } finally {
      release();
      tasks.forEach(Runnable::run);
    }
  }

  private void handle(SelectionKey key) {
    try {
      if (!key.isValid()) {
        return;
      }
      switch (Objects.requireNonNull(key.attachment())) {
        case Served served -> accept((ServerSocketChannel) key.channel(), served);
        case Connection connection -> {
          if (!connection.advance(key)) {
            close(key);
          }
        }
        default -> throw new IllegalStateException("unknown key " + key.attachment());
      }
    } catch (IOException clientHasGone) {
      LOG.debug("{}: a client has gone: {}", thread.getName(), clientHasGone.getMessage());
      close(key);
    }
  }

  private void wake(SelectionKey key) {
    tasks.add(() -> handle(key));
    selector.wakeup();
  }

  private void accept(ServerSocketChannel server, Served served) {
    try {
      SocketChannel client = server.accept();
      while (client != null) {
        client.configureBlocking(false);
        // Ends by a reset where no answer was given; after an answer both sides have said goodbye.
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        // A handshake is many small pieces, none of which shall wait until the last has arrived.
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Connection connection =
            new Connection(
                client, served, clock, System.nanoTime() + limits.patience().toNanos(), this::wake);
        connections.put(client.register(selector, SelectionKey.OP_READ, connection), connection);
        if (connections.size() > limits.connections()) {
          close(connections.keySet().iterator().next());
        }
        client = server.accept();
      }
    } catch (IOException e) {
      LOG.warn("A connection cannot be accepted: {}", e.getMessage());
      if (connections.isEmpty()) {
        // Out of descriptors, and not by our connections: the kernel reports the client again.
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      } else {
        close(connections.keySet().iterator().next());
      }
    }
  }

  /** Milliseconds; 0 without connections, which means for ever. */
  private long untilNextDeadline() {
    if (connections.isEmpty()) {
      return 0;
    }
    long left = connections.values().iterator().next().deadline() - System.nanoTime();
    return Math.max(1, Duration.ofNanos(left).toMillis());
  }

  private void dropExpired() {
    long now = System.nanoTime();
    while (!connections.isEmpty()) {
      Map.Entry<SelectionKey, Connection> oldest = connections.entrySet().iterator().next();
      if (oldest.getValue().deadline() - now > 0) {
        return;
      }
      close(oldest.getKey());
    }
  }

  private void close(SelectionKey key) {
    connections.remove(key);
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      LOG.debug("A socket does not close: {}", e.getMessage());
    }
  }

  /** A cancelled key lets go of its socket at the next selection only. */
  private void release() {
    try {
      selector.selectNow(this::handle);
    } catch (IOException | ClosedSelectorException e) {
      LOG.debug("Sockets are released late: {}", e.getMessage());
    }
  }

  /** Closes all sockets. Closing twice does nothing. */
  @Override
  public void close() {
    if (!selector.isOpen()) {
      return;
    }
    tasks.add(() -> {
      new ArrayList<>(selector.keys()).forEach(this::close);
      thread.interrupt();
    });
    selector.wakeup();
    try {
      thread.join();
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("The selector does not close: {}", e.getMessage());
    }
  }
}
