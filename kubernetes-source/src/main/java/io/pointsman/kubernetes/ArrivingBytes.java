package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read by one thread while others bring it.
 *
 * <p>A few buffers are asked for ahead of the reader, so that a slow one slows down the server
 * instead of filling the memory. The reader is interrupted like any other waiting thread, and gives
 * up when the whole body has not arrived in time.
 */
final class ArrivingBytes extends InputStream implements AsyncBody.Consumer<List<ByteBuffer>> {
  /** The HTTP client's buffers hold 16 KB each. */
  private static final int BUFFERS_AHEAD = 4;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Queue<ByteBuffer> taken = new ArrayDeque<>();
  private @Nullable AsyncBody body;
  private long deadline;
  private long longestSilence;
  private boolean ended;
  private boolean closed;
  private long received;
  private LongConsumer onClose = count -> {};

  /** What the HTTP client says. */
  private sealed interface Arrival {
    record Bytes(List<ByteBuffer> buffers) implements Arrival {}

    record End(Optional<Throwable> failure) implements Arrival {}
  }

  /** Nothing at all came for the longest time that nothing may come. */
  static final class SilenceException extends HttpTimeoutException {
    private static final long serialVersionUID = 1;

    SilenceException() {
      super("the server says nothing any more");
    }
  }

  /** Has this told, once and when the body is closed, how many bytes were read. */
  void onClose(LongConsumer told) {
    onClose = told;
  }

  /**
   * Lets a body arrive; once.
   *
   * @param limit within which all of it must have arrived, from now on
   * @param silence how long nothing may arrive; reading then ends with a {@link SilenceException}
   */
  void start(AsyncBody arriving, Duration limit, Duration silence) {
    body = arriving;
    deadline = System.nanoTime() + limit.toNanos();
    longestSilence = silence.toNanos();
    // What this future would tell goes into the queue.
    var _ =
        arriving
            .done()
            .whenComplete(
                (_, failure) -> arrivals.add(new Arrival.End(Optional.ofNullable(failure))));
    for (int i = 0; i < BUFFERS_AHEAD; i++) {
      arriving.consume();
    }
  }

  /** Called by the HTTP client's threads, one at a time. */
  @Override
  public void consume(List<ByteBuffer> buffers, AsyncBody arriving) {
    if (buffers.stream().anyMatch(ByteBuffer::hasRemaining)) {
      arrivals.add(new Arrival.Bytes(buffers));
    } else {
      arriving.consume();
    }
  }

  /** At least one when {@link #read} need not wait. */
  @Override
  public int available() {
    return taken.isEmpty() ? arrivals.size() : taken.element().remaining();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (taken.isEmpty()) {
      if (ended) {
        return -1;
      }
      take();
    }
    ByteBuffer first = taken.element();
    int count = Math.min(length, first.remaining());
    first.get(target, offset, count);
    received += count;
    if (!first.hasRemaining()) {
      taken.remove();
    }
    return count;
  }

  private void take() throws IOException {
    switch (await()) {
      case Arrival.Bytes(List<ByteBuffer> buffers) -> {
        buffers.stream().filter(ByteBuffer::hasRemaining).forEach(taken::add);
        if (body != null) {
          body.consume();
        }
      }
      case Arrival.End(Optional<Throwable> failure) -> {
        ended = true;
        if (failure.isPresent()) {
          throw new IOException("the answer was cut off", failure.get());
        }
      }
    }
  }

  private Arrival await() throws IOException {
    Arrival next;
    long left = deadline - System.nanoTime();
    try {
      next = arrivals.poll(Math.min(left, longestSilence), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    if (next == null && longestSilence < left) {
      throw new SilenceException();
    }
    if (next == null) {
      throw new HttpTimeoutException("the answer does not end");
    }
    return next;
  }

  /** Whatever has not arrived yet is no longer wanted. */
  @Override
  public void close() {
    if (body != null && !ended) {
      ended = true;
      body.cancel();
    }
    if (!closed) {
      closed = true;
      onClose.accept(received);
    }
  }
}
