package io.pointsman.agent.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: a request is read, its answer written, the rest thrown away. */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** The longest head of a request; those of probes and scrapers have some hundred bytes. */
  static final int MAX_HEAD = 8192;

  /** How much of a request's body is read past, so that its sender gets to see the answer. */
  private static final int MAX_IGNORED = 64 * 1024;

  private final SocketChannel channel;
  private final Served served;
  private final Consumer<SelectionKey> wake;
  private Wire wire;
  private final InstantSource clock;
  private final long deadline;
  private ByteBuffer head = ByteBuffer.allocate(1024);
  private Optional<Waiting> waiting = Optional.empty();
  private Optional<ByteBuffer> answer = Optional.empty();
  private boolean ended;
  private int ignored;

  /**
   * @param refusal instead of an answer, once it is known; empty for an answer
   */
  private record Waiting(HttpRequest request, CompletableFuture<Optional<HttpAnswer>> refusal) {}

  /**
   * @param served on the listener that the client has come to
   * @param deadline on the clock of {@link System#nanoTime}: when the connection ends at the latest
   * @param wake lets the connection advance, whatever its socket does; called from any thread
   */
  Connection(
      SocketChannel channel,
      Served served,
      InstantSource clock,
      long deadline,
      Consumer<SelectionKey> wake) {
    this.channel = channel;
    this.served = served;
    this.wake = wake;
    this.wire = served.wire(channel);
    this.clock = clock;
    this.deadline = deadline;
  }

  long deadline() {
    return deadline;
  }

  /**
   * Goes as far as the socket allows.
   *
   * @return false when the connection is over and to be closed
   */
  boolean advance(SelectionKey key) throws IOException {
    if (waiting.isEmpty() && answer.isEmpty() && !readHead(key)) {
      return false;
    }
    if (waiting.isPresent() && answer.isEmpty() && !decide(waiting.get())) {
      return false;
    }
    if (answer.isPresent() && !ended) {
      ended = wire.write(answer.get()) && wire.end();
    }
    if (ended && !readPast()) {
      return false;
    }
    key.interestOps(awaited());
    return true;
  }

  private int awaited() {
    if (waiting.isPresent() && answer.isEmpty()) {
      return 0;
    }
    boolean answering = answer.isPresent() && !ended;
    return answering || wire.isCongested() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
  }

  private boolean readHead(SelectionKey key) throws IOException {
    try {
      return readRequest(key);
    } catch (TlsWire.PlainHttpException noTls) {
      wire = new Wire(channel);
      say(HttpAnswer.text(400, "this port speaks HTTPS: ask https://, probes with scheme HTTPS\n"));
      return true;
    }
  }

  /** False when the client has gone, or is to be cut off. */
  private boolean readRequest(SelectionKey key) throws IOException {
    int count = wire.read(head);
    while (count > 0) {
      int end = endOfHead();
      if (end >= 0) {
        return respond(key, Arrays.copyOf(head.array(), end));
      }
      if (!head.hasRemaining()) {
        if (head.capacity() >= MAX_HEAD) {
          say(HttpAnswer.text(431, "the head of a request has at most " + MAX_HEAD + " bytes\n"));
          return true;
        }
        head = ByteBuffer.allocate(2 * head.capacity()).put(head.flip());
      }
      count = wire.read(head);
    }
    return count == 0;
  }

  private int endOfHead() {
    byte[] bytes = head.array();
    for (int i = 3; i < head.position(); i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private boolean respond(SelectionKey key, byte[] bytes) throws IOException {
    Optional<HttpRequest> request =
        HttpRequest.parse(bytes, (InetSocketAddress) channel.getLocalAddress());
    if (request.isEmpty()) {
      say(HttpAnswer.text(400, "this is not an HTTP/1.1 request\n"));
      return true;
    }
    if (served.guard().isEmpty()) {
      return answer(request.get(), ask(request.get()));
    }
    Waiting begun = new Waiting(request.get(), refusal(served.guard().get(), request.get()));
    waiting = Optional.of(begun);
    if (!begun.refusal().isDone()) {
      CompletableFuture<Void> _ = begun.refusal().thenRun(() -> wake.accept(key));
    }
    return true;
  }

  private static CompletableFuture<Optional<HttpAnswer>> refusal(Guard guard, HttpRequest request) {
    return guard
        .refusal(request)
        .exceptionally(failure -> {
          LOG.error("Nobody decides on {} {}", request.method(), request.path(), failure);
          return Optional.of(HttpAnswer.text(500, "internal error; see the log\n"));
        });
  }

  /** Goes on as soon as the guard has decided; called again then. */
  private boolean decide(Waiting undecided) {
    if (!undecided.refusal().isDone()) {
      return true;
    }
    Optional<HttpAnswer> refusal = undecided.refusal().join();
    return answer(undecided.request(), refusal.isPresent() ? refusal : ask(undecided.request()));
  }

  private boolean answer(HttpRequest request, Optional<HttpAnswer> given) {
    boolean withBody = !request.method().equals("HEAD");
    answer = given.map(content -> content.encode(withBody, clock.instant()));
    return given.isPresent();
  }

  private Optional<HttpAnswer> ask(HttpRequest request) {
    try {
      return served.handler().answer(request);
    } catch (RuntimeException e) {
      LOG.error("No answer to {} {}", request.method(), request.path(), e);
      return Optional.of(HttpAnswer.text(500, "internal error; see the log\n"));
    }
  }

  private void say(HttpAnswer content) {
    answer = Optional.of(content.encode(true, clock.instant()));
  }

  /** Closing on unread bytes would reset the connection and could cost the client its answer. */
  private boolean readPast() throws IOException {
    int count;
    do {
      head.clear();
      count = wire.read(head);
      ignored += Math.max(0, count);
    } while (count > 0 && ignored <= MAX_IGNORED);
    return count == 0;
  }
}
