package io.pointsman.agent.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
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
  private final HttpHandler handler;
  private Wire wire;
  private final InstantSource clock;
  private final long deadline;
  private ByteBuffer head = ByteBuffer.allocate(1024);
  private Optional<ByteBuffer> answer = Optional.empty();
  private boolean ended;
  private int ignored;

  /**
   * @param served on the listener that the client has come to
   * @param deadline on the clock of {@link System#nanoTime}: when the connection ends at the latest
   */
  Connection(SocketChannel channel, Served served, InstantSource clock, long deadline) {
    this.channel = channel;
    this.handler = served.handler();
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
    if (answer.isEmpty() && !readHead()) {
      return false;
    }
    if (answer.isPresent() && !ended) {
      ended = wire.write(answer.get()) && wire.end();
    }
    if (ended && !readPast()) {
      return false;
    }
    boolean answering = answer.isPresent() && !ended;
    key.interestOps(answering || wire.isCongested() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    return true;
  }

  private boolean readHead() throws IOException {
    try {
      return readRequest();
    } catch (TlsWire.PlainHttpException noTls) {
      wire = new Wire(channel);
      say(HttpAnswer.text(400, "this port speaks HTTPS: ask https://, probes with scheme HTTPS\n"));
      return true;
    }
  }

  /** False when the client has gone, or is to be cut off. */
  private boolean readRequest() throws IOException {
    int count = wire.read(head);
    while (count > 0) {
      int end = endOfHead();
      if (end >= 0) {
        return respond(Arrays.copyOf(head.array(), end));
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

  private boolean respond(byte[] bytes) throws IOException {
    Optional<HttpRequest> request =
        HttpRequest.parse(bytes, (InetSocketAddress) channel.getLocalAddress());
    if (request.isEmpty()) {
      say(HttpAnswer.text(400, "this is not an HTTP/1.1 request\n"));
      return true;
    }
    Optional<HttpAnswer> given = ask(request.get());
    boolean withBody = !request.get().method().equals("HEAD");
    answer = given.map(content -> content.encode(withBody, clock.instant()));
    return given.isPresent();
  }

  private Optional<HttpAnswer> ask(HttpRequest request) {
    try {
      return handler.answer(request);
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
