package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One socket of a client and the question that it currently asks. {@link Conversations} drives it:
 * it says what it waits for, is told when that happened, and has an outcome in the end.
 */
final class Conversation implements AutoCloseable {
  private enum State {
    CONNECTING,
    ASKED,
    DONE
  }

  private final RawSocket socket;
  private final Destination to;
  private final BiFunction<IpAddress, IpAddress, String> sourceName;
  private final StringBuilder received = new StringBuilder();
  private State state = State.DONE;
  private Optional<Outcome> outcome = Optional.empty();
  private boolean connected;
  private int question;

  /**
   * @param socket not connected yet, and from here on this object's to close
   * @param sourceName from the client's own address and the one that the server saw to a word for
   *     the latter
   */
  Conversation(
      RawSocket socket, Destination to, BiFunction<IpAddress, IpAddress, String> sourceName) {
    this.socket = socket;
    this.to = to;
    this.sourceName = sourceName;
  }

  /** Connects if need be and asks; what came late to an earlier question is thrown away. */
  void ask() {
    question++;
    received.setLength(0);
    outcome = Optional.empty();
    if (connected) {
      forgetOldErrors();
      sendQuestion();
      return;
    }
    int errno = socket.connect(to);
    if (errno == Libc.EINPROGRESS) {
      state = State.CONNECTING;
    } else if (errno == 0) {
      connected = true;
      sendQuestion();
    } else {
      fail(errno);
    }
  }

  private void forgetOldErrors() {
    while (socket.queuedError().isPresent()) {
      // Belongs to an earlier question.
    }
    socket.pendingError();
  }

  private void sendQuestion() {
    state = State.ASKED;
    int errno = socket.send(question + "\n");
    // EPERM is how the kernel tells the sender of a packet that its own rules dropped or rejected:
    // for a drop nothing follows, for a reject the ICMP error is on its way.
    if (errno != 0 && errno != Libc.EPERM && errno != Libc.EAGAIN) {
      fail(errno);
    }
  }

  int fd() {
    return socket.fd();
  }

  boolean isOpen() {
    return state != State.DONE;
  }

  /** The events to wait for, as poll(2) names them. */
  int events() {
    return state == State.CONNECTING ? Libc.POLLOUT : Libc.POLLIN;
  }

  /** To be called when the socket is ready for what it waits for, or has an error. */
  void proceed() {
    Optional<Outcome> queued = socket.queuedError();
    if (queued.isPresent()) {
      finish(queued.orElseThrow());
      return;
    }
    if (state == State.CONNECTING) {
      int errno = socket.pendingError();
      if (errno != 0) {
        fail(errno);
      } else {
        connected = true;
        sendQuestion();
      }
      return;
    }
    receive();
  }

  private void receive() {
    RawSocket.Read read = socket.read();
    if (read.errno() == Libc.EAGAIN || read.errno() == Libc.EINTR) {
      return;
    }
    if (read.errno() != 0) {
      fail(read.errno());
    } else if (read.text().isEmpty() && to.protocol() == Protocol.TCP) {
      finish(new Outcome.Reset());
    } else {
      received.append(read.text());
      takeLines();
    }
  }

  private void takeLines() {
    int end = received.indexOf("\n");
    while (end >= 0 && state == State.ASKED) {
      EchoLine.parse(received.substring(0, end))
          .filter(line -> line.token().equals(String.valueOf(question)))
          .ifPresent(line -> finish(answered(line)));
      received.delete(0, end + 1);
      end = received.indexOf("\n");
    }
  }

  private Outcome answered(EchoLine line) {
    String from = sourceName.apply(socket.localAddress(), line.source());
    return new Outcome.Answered(line.who(), line.port(), from);
  }

  private void fail(int errno) {
    Optional<Outcome> queued = socket.queuedError();
    finish(
        queued.orElse(
            switch (errno) {
              case Libc.ECONNREFUSED -> new Outcome.Refused();
              case Libc.ECONNRESET -> connected ? new Outcome.Reset() : new Outcome.Refused();
              default -> new Outcome.Unreachable();
            }));
  }

  private void finish(Outcome result) {
    outcome = Optional.of(result);
    state = State.DONE;
  }

  /** The outcome; a timeout when there is none yet, and the question is given up then. */
  Outcome result() {
    state = State.DONE;
    return outcome.orElse(new Outcome.TimedOut());
  }

  @Override
  public void close() {
    socket.close();
  }
}
