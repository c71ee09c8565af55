package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A running API server. Serves from {@link #start} to {@link #close}; all methods may be called
 * from any thread, in any network namespace.
 */
public final class ApiServer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final ServerSocket listening;
  private final Store store;
  private final Reviews reviews;
  private final Refusals refusals = new Refusals();
  private final Map<Connection, Thread> connections = new ConcurrentHashMap<>();
  private final Thread accepting;
  private final List<ServerSocket> more = new CopyOnWriteArrayList<>();

  /**
   * Where to listen, and what to remember.
   *
   * @param port 0 for a free one
   * @param history how many changes of each kind are kept at least, for watches that resume or fall
   *     behind
   * @param accounts whom reviews of tokens and of access know
   */
  public record Options(InetAddress address, int port, int history, List<Account> accounts) {
    public Options {
      accounts = List.copyOf(accounts);
      if (history < 1) {
        throw new IllegalArgumentException("a history holds 1 change or more, not " + history);
      }
    }

    /** Nobody has an account. */
    public Options(InetAddress address, int port, int history) {
      this(address, port, history, List.of());
    }

    /** The loopback address, a free port, 100,000 changes. */
    public static Options defaults() {
      return new Options(InetAddress.getLoopbackAddress(), 0, 100_000);
    }

    /** The same on another port. */
    public Options withPort(int other) {
      return new Options(address, other, history, accounts);
    }

    /** The same with another length of history. */
    public Options withHistory(int changes) {
      return new Options(address, port, changes, accounts);
    }

    /** The same with accounts. */
    public Options withAccounts(List<Account> known) {
      return new Options(address, port, history, known);
    }
  }

  private ApiServer(ServerSocket listening, Options options) {
    this.listening = listening;
    this.store = new Store(options.history());
    this.reviews = new Reviews(options.accounts());
    this.accepting =
        Thread.ofPlatform()
            .daemon()
            .name("api-server " + listening.getLocalPort())
            .unstarted(() -> accept(listening));
  }

  /** As {@link #start(Options)} with the defaults. */
  public static ApiServer start() {
    return start(Options.defaults());
  }

  /**
   * Starts an empty server in the network namespace of the calling thread.
   *
   * @throws UncheckedIOException when the address cannot be listened on
   */
  public static ApiServer start(Options options) {
    try {
      ApiServer server = new ApiServer(bound(options.address(), options.port()), options);
      server.accepting.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the API server cannot listen on " + options.address() + " port " + options.port(), e);
    }
  }

  private static ServerSocket bound(InetAddress address, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(address, port), 256);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Listens on a free port of the loopback address, too, in the network namespace of the calling
   * thread.
   *
   * @return where, such as {@code http://127.0.0.1:40000}
   * @throws UncheckedIOException when it cannot be listened on
   */
  public String listenOnLoopback() {
    try {
      ServerSocket door = bound(InetAddress.getLoopbackAddress(), 0);
      more.add(door);
      Thread.ofPlatform()
          .daemon()
          .name("api-server " + door.getLocalPort())
          .start(() -> accept(door));
      return url(door);
    } catch (IOException e) {
      throw new UncheckedIOException("the API server cannot listen on the loopback address", e);
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        serve(from.accept());
      } catch (IOException closedOrLeft) {
        // The loop's condition tells which.
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    Connection connection = new Connection(socket, store, reviews, refusals);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(accepting.getName() + " for " + socket.getPort())
            .unstarted(() -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            });
    connections.put(connection, thread);
    if (listening.isClosed()) {
      connection.cut();
    }
    thread.start();
  }

  /** The port that it listens on. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Where it listens, such as {@code http://127.0.0.1:40000}. */
  public String url() {
    return url(listening);
  }

  private static String url(ServerSocket socket) {
    String address = socket.getInetAddress().getHostAddress();
    String host = address.contains(":") ? "[" + address + "]" : address;
    return "http://" + host + ":" + socket.getLocalPort();
  }

  /** The resourceVersion of the last change. */
  public long version() {
    return store.version();
  }

  /**
   * Waits for a change after a version.
   *
   * @return the resourceVersion of the last change; that same version when there was none in time
   */
  public long awaitChange(long after, Duration limit) throws InterruptedException {
    return store.awaitAfter(after, limit.toNanos());
  }

  /** All objects of all kinds as clients see them, at one moment. */
  public List<JsonNode> objects() {
    return store.all().stream().<JsonNode>map(Stored::tree).toList();
  }

  /** How many watches of a resource are open, by its plural; of all groups together. */
  public int watches(String plural) {
    return Resources.ALL.stream()
        .filter(resource -> resource.plural().equals(plural))
        .mapToInt(store::watches)
        .sum();
  }

  /**
   * Waits until the kind of this object is being watched; a client that has listed may not have got
   * so far.
   *
   * @return false when nobody watches it after the limit
   */
  public boolean awaitWatch(ObjectRef ofKind, Duration limit) throws InterruptedException {
    return store.awaitWatch(ofKind.resource(), limit.toNanos());
  }

  /**
   * Creates or replaces an object, whatever version is there.
   *
   * @param object with apiVersion, kind and metadata.name; stays as it is
   * @return its resourceVersion; the old one when nothing changes
   * @throws IllegalArgumentException when a name is missing or the kind is not served
   */
  public long put(JsonNode object) {
    ObjectRef ref = ObjectRef.of(object);
    if (ref.name().isEmpty()) {
      throw new IllegalArgumentException("an object needs metadata.name: " + object);
    }
    ObjectNode own = Json.object();
    own.setAll((ObjectNode) object);
    own.putObject("metadata").setAll((ObjectNode) object.path("metadata"));
    return store.change(ref.resource(), ref.key(), before -> own).version();
  }

  /** As {@link #put(JsonNode)}, from JSON text. */
  public long put(String json) {
    return put(Json.tree(json));
  }

  /** Deletes an object; returns the resourceVersion of that, or nothing when it was not there. */
  public OptionalLong delete(ObjectRef object) {
    return store
        .delete(object.resource(), object.key(), before -> {})
        .map(gone -> OptionalLong.of(gone.version()))
        .orElse(OptionalLong.empty());
  }

  /** An object as clients see it. */
  public Optional<JsonNode> get(ObjectRef object) {
    return store.get(object.resource(), object.key()).map(Stored::tree);
  }

  /**
   * Forgets all versions but the present one: watches that start from an older one, and lists that
   * continue at one, are answered with 410. Watches that run go on.
   */
  public void compact() {
    store.compact();
  }

  /** Sends a bookmark on each watch that allows it; each also gets one when its time is over. */
  public void sendBookmarks() {
    store.bookmark();
  }

  /** All objects, as they are now. */
  public Backup backup() {
    return store.backup();
  }

  /**
   * Makes the objects and the resourceVersion what they were, perhaps on another server, and cuts
   * all connections, as when etcd is restored. As in a real cluster, a watch from a version that
   * does not exist yet is taken and hears nothing until the versions have passed it.
   */
  public void restore(Backup backup) {
    store.restore(backup);
    cutConnections();
  }

  /**
   * Refuses the next requests that fit, before they do anything. Earlier calls go first.
   *
   * @param times how many; {@link Long#MAX_VALUE} for all
   * @throws IllegalArgumentException when times is not positive
   */
  public void refuse(Predicate<ApiRequest> which, long times, Refusal refusal) {
    if (times < 1) {
      throw new IllegalArgumentException("requests are refused once or more, not " + times);
    }
    refusals.add(which, times, refusal);
  }

  /** Watches, present and future, hear nothing until {@link #heal}, not even an end. */
  public void stallWatches() {
    store.stall(true);
  }

  /** Ends refusals and stalling; stalled watches get what they missed. */
  public void heal() {
    refusals.clear();
    store.stall(false);
  }

  /** Closes all connections at once; new ones are taken. */
  public void cutConnections() {
    connections.keySet().forEach(Connection::cut);
  }

  /** Ends everything at once. The port is free afterwards. */
  @Override
  public void close() {
    closeQuietly(listening);
    more.forEach(ApiServer::closeQuietly);
    cutConnections();
    long deadline = System.nanoTime() + CLOSING.toNanos();
    try {
      accepting.join(CLOSING);
      cutConnections();
      for (Thread thread : connections.values()) {
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is gone all the same.
    }
  }
}
