package io.pointsman.netlink;

import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageType;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.netlink.codec.NetlinkError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Single requests and dumps over a transport. For one thread at a time.
 *
 * <p>Answers to something else, such as leftovers of a request that failed half-way, are skipped by
 * their sequence number. Sequence numbers start high so as not to meet those of a {@link
 * io.pointsman.netlink.nfnetlink.Batch} on the same socket.
 */
public final class NetlinkClient {
  private static final int FIRST_SEQUENCE = 0x4000_0000;

  /** How often a dump that changed under the reader, or an interrupted call, is tried in all. */
  private static final int ATTEMPTS = 10;

  private static final int MOST_OVERRUNS = 1000;

  private final NetlinkTransport transport;
  private final Duration patience;
  private final MessageWriter writer = new MessageWriter();
  private int sequence = FIRST_SEQUENCE;

  /**
   * @param transport not closed by this
   * @param patience how long the kernel may be silent at most; it answers at once as a rule
   */
  public NetlinkClient(NetlinkTransport transport, Duration patience) {
    this.transport = transport;
    this.patience = patience;
  }

  /**
   * Sends one message, asks for an acknowledgement and waits for it.
   *
   * @param type message type
   * @param flags beyond {@code REQUEST} and {@code ACK}, which are added
   * @param content writes the fixed header and the attributes; called again if the send is repeated
   * @return the kernel's replies but for the acknowledgement
   * @throws RequestRejected if the kernel answers with an error
   * @throws NetlinkException if sending or receiving fails; with {@code ENOBUFS} or {@code
   *     ETIMEDOUT} the request may have been carried out
   */
  public List<Message> request(int type, int flags, Consumer<MessageWriter> content)
      throws IOException {
    int own = send(type, flags | MessageFlags.ACK, content);
    List<Message> replies = new ArrayList<>();
    Answer answer = new Answer("request of type 0x" + Integer.toHexString(type), own, replies::add);
    while (!answer.complete) {
      answer.take(await(answer.operation));
    }
    return replies;
  }

  /**
   * Lists objects. A list that changed while it was read, or that did not fit the receive buffer,
   * is read again from the start, up to 10 times.
   *
   * @param type message type of the get request
   * @param content writes the fixed header and attributes; called once per try
   * @return one message an object, in the kernel's order
   * @throws RequestRejected if the kernel answers with an error
   * @throws NetlinkException if sending or receiving fails; {@code EINTR} if the list kept changing
   */
  public List<Message> dump(int type, Consumer<MessageWriter> content) throws IOException {
    List<Message> all = new ArrayList<>();
    dump(type, content, all::clear, all::add);
    return all;
  }

  /**
   * As {@link #dump} for lists too long to keep: hands over each object as it arrives. When the
   * list has to be read again, its objects are handed over again.
   *
   * @param each called on this thread; must not use this client
   */
  public void scan(int type, Consumer<MessageWriter> content, Consumer<Message> each)
      throws IOException {
    dump(type, content, () -> {}, each);
  }

  private void dump(
      int type, Consumer<MessageWriter> content, Runnable restart, Consumer<Message> each)
      throws IOException {
    String operation = "dump of type 0x" + Integer.toHexString(type);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      restart.run();
      if (readDump(new Answer(operation, send(type, MessageFlags.DUMP, content), each))) {
        return;
      }
    }
    throw new NetlinkException(
        operation, Errno.EINTR, "the list changed during each of %d tries".formatted(ATTEMPTS));
  }

  /**
   * Throws away what is in the receive queue: answers that nobody waits for any more. This also
   * ends a dump that was given up half-way.
   */
  public void discardLeftovers() throws IOException {
    for (int overruns = 0; overruns < MOST_OVERRUNS; ) {
      try {
        if (receive(Duration.ZERO).isEmpty()) {
          return;
        }
      } catch (NetlinkException failure) {
        if (!failure.errno().equals(Errno.ENOBUFS)) {
          throw failure;
        }
        overruns++;
      }
    }
  }

  /** Takes what a dump lists; false if it has to be repeated. */
  private boolean readDump(Answer answer) throws IOException {
    try {
      while (!answer.complete) {
        answer.take(await(answer.operation));
      }
      return !answer.interrupted;
    } catch (NetlinkException failure) {
      if (!isTransient(failure.errno())) {
        throw failure;
      }
      discardLeftovers();
      return false;
    }
  }

  /** {@code EBUSY}: a dump that was given up is still under way on this socket. */
  private static boolean isTransient(Errno errno) {
    return errno.equals(Errno.ENOBUFS) || errno.equals(Errno.EINTR) || errno.equals(Errno.EBUSY);
  }

  private int send(int type, int flags, Consumer<MessageWriter> content) throws IOException {
    int own = sequence++;
    writer.reset().begin(type, MessageFlags.REQUEST | flags, own);
    content.accept(writer);
    writer.end();
    Interruptions.retried(() -> {
      transport.send(writer.buffer(), writer.size());
      return own;
    });
    return own;
  }

  private byte[] await(String operation) throws IOException {
    return receive(patience)
        .orElseThrow(() ->
            new NetlinkException(
                operation,
                Errno.ETIMEDOUT,
                "the kernel did not answer within %s".formatted(patience)));
  }

  private Optional<byte[]> receive(Duration wait) throws IOException {
    return Interruptions.retried(() -> transport.receive(wait));
  }

  /** What has come so far in answer to one request. */
  private static final class Answer {
    final String operation;
    final int sequence;
    final Consumer<Message> replies;
    boolean complete;
    boolean interrupted;

    Answer(String operation, int sequence, Consumer<Message> replies) {
      this.operation = operation;
      this.sequence = sequence;
      this.replies = replies;
    }

    void take(byte[] datagram) throws RequestRejected {
      for (Message message : new MessageReader(datagram)) {
        if (message.sequence() == sequence) {
          take(message);
        }
      }
    }

    private void take(Message message) throws RequestRejected {
      interrupted |= message.has(MessageFlags.DUMP_INTERRUPTED);
      switch (message.type()) {
        case MessageType.NOOP -> {}
        case MessageType.OVERRUN -> interrupted = true;
        case MessageType.ERROR, MessageType.DONE -> finish(NetlinkError.parse(message));
        default -> replies.accept(message);
      }
    }

    private void finish(NetlinkError error) throws RequestRejected {
      complete = true;
      if (!error.isAcknowledgement()) {
        throw new RequestRejected(operation, error);
      }
    }
  }
}
