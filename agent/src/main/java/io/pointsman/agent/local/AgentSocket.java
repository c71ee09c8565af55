package io.pointsman.agent.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.file.FileProblem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions on a Unix socket, each connection on a platform thread of its own, which works
 * in the network namespace of the thread that opened the socket.
 */
public final class AgentSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSocket.class);
  private static final int LONGEST_QUESTION = 64 * 1024;
  private static final int MOST_CONNECTIONS = 4;
  private static final int LONGEST_SECONDS = 60;
  private static final int LONGEST_STREAM_SECONDS = 600;

  /** Answers one kind of question. */
  @FunctionalInterface
  public interface Answerer {
    /**
     * The answer.
     *
     * @throws Exception when there is none; the message tells the asker why
     */
    JsonNode answer(JsonNode question) throws Exception;
  }

  /** Answers one kind of question at length. */
  @FunctionalInterface
  public interface Streamer {
    /**
     * Writes the answer while it is made.
     *
     * @throws Exception when it cannot be finished; the asker is then told that it was cut off
     */
    void answer(OutputStream out) throws Exception;
  }

  private final Path path;
  private final ServerSocketChannel server;
  private final Map<String, Answerer> answerers;
  private final Map<String, Streamer> streamers;
  private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
  private final ScheduledExecutorService watchdog;

  private AgentSocket(
      Path path,
      ServerSocketChannel server,
      Map<String, Answerer> answerers,
      Map<String, Streamer> streamers) {
    this.path = path;
    this.server = server;
    this.answerers = Map.copyOf(answerers);
    this.streamers = Map.copyOf(streamers);
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().daemon().name("socket watchdog").unstarted(work));
  }

  /**
   * Listens; a socket that a dead agent left is replaced.
   *
   * @param answerers by the name of the question
   * @throws IOException when the path cannot be bound, or a living agent answers there
   */
  public static AgentSocket open(Path path, Map<String, Answerer> answerers) throws IOException {
    return open(path, answerers, Map.of());
  }

  /**
   * As the other.
   *
   * @param streamers by the name of the question, for answers that are too long for one line
   */
  public static AgentSocket open(
      Path path, Map<String, Answerer> answerers, Map<String, Streamer> streamers)
      throws IOException {
    if (Files.exists(path)) {
      if (AgentConnection.isAnswered(path)) {
        throw new IOException("another agent answers on " + path);
      }
      Files.delete(path);
    }
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    AgentSocket socket = new AgentSocket(path, server, answerers, streamers);
    Thread.ofPlatform().daemon().name("agent socket").start(socket::listen);
    return socket;
  }

  private void listen() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        if (connections.tryAcquire()) {
          Thread.ofPlatform().daemon().name("agent answer").start(() -> serve(channel));
        } else {
          channel.close();
        }
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("The socket {} fails: {}", path, e.getMessage());
        }
      }
    }
  }

  private void serve(SocketChannel channel) {
    var limit = watchdog.schedule(() -> closeQuietly(channel), LONGEST_SECONDS, TimeUnit.SECONDS);
    try (channel) {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var out = new BufferedOutputStream(Channels.newOutputStream(channel));
      if (!isTrusted(channel)) {
        Lines.write(out, error("only root and the agent's own user may ask"));
        return;
      }
      JsonNode request = Lines.read(in, LONGEST_QUESTION);
      Optional<Streamer> streamer =
          Optional.ofNullable(streamers.get(request.path("question").asText()));
      if (streamer.isPresent()) {
        limit.cancel(false);
        stream(channel, out, streamer.get());
      } else {
        Lines.write(out, reply(request));
      }
    } catch (IOException e) {
      LOG.info("A question on {} was not answered: {}", path, e.getMessage());
    } finally {
      limit.cancel(false);
      connections.release();
    }
  }

  private void stream(SocketChannel channel, OutputStream out, Streamer streamer)
      throws IOException {
    var limit =
        watchdog.schedule(() -> closeQuietly(channel), LONGEST_STREAM_SECONDS, TimeUnit.SECONDS);
    try {
      Lines.write(out, JsonNodeFactory.instance.objectNode().put("stream", true));
      Chunks.write(out, streamer::answer);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("it could not be finished: " + e.getMessage(), e);
    } finally {
      limit.cancel(false);
    }
  }

  private JsonNode reply(JsonNode request) throws IOException {
    try {
      String name = request.path("question").asText();
      Answerer answerer = answerers.get(name);
      return answerer == null
          ? error(
              "this agent knows no question '"
                  + name
                  + "': it is older than the program that asks; restart it with the new version")
          : JsonNodeFactory.instance
              .objectNode()
              .set("answer", answerer.answer(request.path("arguments")));
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      return error(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode error(String message) {
    return JsonNodeFactory.instance.objectNode().put("error", message);
  }

  /** The permissions of the file keep others out; this holds where a mount ignores them. */
  private boolean isTrusted(SocketChannel channel) throws IOException {
    String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    return user.equals("root") || user.equals(Files.getOwner(path).getName());
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a connection: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("The socket {} cannot be removed: {}", path, FileProblem.of(e));
    }
    watchdog.shutdownNow();
  }
}
