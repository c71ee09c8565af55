package io.pointsman.netlink;

import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageType;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A kernel that answers by a script: each send that succeeds plays the next scene, whose answers
 * are then received one by one. A scene gets the sequence number of the first message sent.
 */
public final class ScriptedTransport implements NetlinkTransport {
  /** What one receive gives: a datagram or a failure. */
  @FunctionalInterface
  public interface Answer {
    byte[] give() throws NetlinkException;
  }

  private final Deque<IntFunction<List<Answer>>> scenes = new ArrayDeque<>();
  private final Deque<Answer> queue = new ArrayDeque<>();
  private final Deque<Errno> sendFailures = new ArrayDeque<>();
  private final List<byte[]> sent = new ArrayList<>();
  private int bufferLimit = Integer.MAX_VALUE;
  private boolean closed;

  /** Adds a scene that does not depend on the sequence number. */
  public ScriptedTransport answering(Answer... answers) {
    return answering(sequence -> List.of(answers));
  }

  public ScriptedTransport answering(IntFunction<List<Answer>> scene) {
    scenes.add(scene);
    return this;
  }

  /** Puts an answer into the queue that nobody asked for. */
  public ScriptedTransport queued(Answer answer) {
    queue.add(answer);
    return this;
  }

  public ScriptedTransport failingSend(Errno errno) {
    sendFailures.add(errno);
    return this;
  }

  public ScriptedTransport limitingBuffers(int bytes) {
    bufferLimit = bytes;
    return this;
  }

  public List<byte[]> sent() {
    return sent;
  }

  public static Answer message(int type, int flags, int sequence) {
    return datagram(
        new MessageWriter().begin(type, flags, sequence).putNfgenmsg(0, 0).end().toByteArray());
  }

  /** An error, or with number 0 an acknowledgement. */
  public static Answer error(int number, int sequence) {
    byte[] header = new MessageWriter().begin(0xa00, 0, sequence).end().toByteArray();
    MessageWriter writer = new MessageWriter();
    writer.begin(MessageType.ERROR, MessageFlags.CAPPED, sequence);
    MessageWriter payload = writer.putFixedHeader(nativeOrder(-number)).putFixedHeader(header);
    return datagram(payload.end().toByteArray());
  }

  /** The end of a dump. */
  public static Answer done(int flags, int sequence) {
    MessageWriter writer = new MessageWriter();
    writer.begin(MessageType.DONE, MessageFlags.MULTI | flags, sequence);
    return datagram(writer.putFixedHeader(new byte[4]).end().toByteArray());
  }

  /** An answer to GETGEN and its acknowledgement. */
  public static List<Answer> generation(int id, int sequence) {
    MessageWriter writer = new MessageWriter();
    writer.begin(0xa0f, 0, sequence).putNfgenmsg(0, 0).putU32Be(1, id).end();
    return List.of(datagram(writer.toByteArray()), error(0, sequence));
  }

  public static Answer datagram(byte[] bytes) {
    return () -> bytes;
  }

  public static Answer failure(Errno errno) {
    return () -> {
      throw new NetlinkException("receive", errno, "scripted");
    };
  }

  @Override
  public void send(byte[] buffer, int length) throws IOException {
    requireOpen();
    if (!sendFailures.isEmpty()) {
      throw new NetlinkException("send", sendFailures.remove(), "scripted");
    }
    byte[] datagram = Arrays.copyOf(buffer, length);
    sent.add(datagram);
    Message first = new MessageReader(datagram).iterator().next();
    if (!scenes.isEmpty()) {
      queue.addAll(scenes.remove().apply(first.sequence()));
    }
  }

  @Override
  public Optional<byte[]> receive(Duration wait) throws IOException {
    requireOpen();
    if (queue.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(queue.remove().give());
  }

  @Override
  public int setSendBuffer(int bytes) {
    return Math.min(bytes, bufferLimit);
  }

  @Override
  public int setReceiveBuffer(int bytes) {
    return Math.min(bytes, bufferLimit);
  }

  @Override
  public int portId() {
    return 4711;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private static byte[] nativeOrder(int value) {
    byte[] bytes = new MessageWriter().begin(1, 0, value).end().toByteArray();
    return Arrays.copyOfRange(bytes, 8, 12);
  }
}
