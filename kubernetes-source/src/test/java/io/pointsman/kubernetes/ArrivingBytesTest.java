package io.pointsman.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ArrivingBytesTest {
  private final ArrivingBytes bytes = new ArrivingBytes();
  private final Body body = new Body();

  /** A body that counts how much is wanted. */
  private static final class Body implements AsyncBody {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    int wanted;
    boolean cancelled;

    @Override
    public void consume() {
      wanted++;
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private void arrives(String... texts) {
    bytes.consume(
        List.of(texts).stream().map(text -> ByteBuffer.wrap(text.getBytes(UTF_8))).toList(), body);
    body.wanted--;
  }

  private String read(int length) throws IOException {
    return new String(bytes.readNBytes(length), UTF_8);
  }

  @Test
  void aSlowReaderSlowsDownTheServer() throws IOException {
    bytes.start(body, Duration.ofMinutes(1), Duration.ofMinutes(1));
    int ahead = body.wanted;
    for (int i = 0; i < ahead; i++) {
      arrives("ab", "", "cd");
    }
    assertThat(body.wanted).isZero();
    assertThat(read(3)).isEqualTo("abc");
    assertThat(body.wanted).isEqualTo(1);
    assertThat(read(2)).isEqualTo("da");
    assertThat(body.wanted).isEqualTo(2);
  }

  @Test
  void emptyBuffersAreNothingToReadAndAnswered() throws IOException {
    bytes.start(body, Duration.ofMinutes(1), Duration.ofMinutes(1));
    int ahead = body.wanted;
    arrives("");
    assertThat(bytes.available()).isZero();
    assertThat(body.wanted).isEqualTo(ahead);
    arrives("a");
    assertThat(bytes.available()).isPositive();
    body.done.complete(null);
    assertThat(bytes.readAllBytes()).containsExactly('a');
    assertThat(bytes.read()).isEqualTo(-1);
  }

  @Test
  void whatArrivedBeforeACutIsRead() throws IOException {
    bytes.start(body, Duration.ofMinutes(1), Duration.ofMinutes(1));
    arrives("ab");
    body.done.completeExceptionally(new IOException("reset"));
    assertThat(read(2)).isEqualTo("ab");
    assertThatThrownBy(bytes::read).hasRootCauseMessage("reset");
  }

  @Test
  void aBodyThatIsNotReadToItsEndIsCancelled() {
    bytes.start(body, Duration.ofMinutes(1), Duration.ofMinutes(1));
    bytes.close();
    assertThat(body.cancelled).isTrue();
  }

  @Test
  void aBodyThatHasEndedIsNot() throws IOException {
    bytes.start(body, Duration.ofMinutes(1), Duration.ofMinutes(1));
    body.done.complete(null);
    assertThat(bytes.readAllBytes()).isEmpty();
    bytes.close();
    assertThat(body.cancelled).isFalse();
  }
}
