package io.pointsman.netlink.nfnetlink;

import static io.pointsman.netlink.ScriptedTransport.error;
import static io.pointsman.netlink.ScriptedTransport.failure;
import static io.pointsman.netlink.ScriptedTransport.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.ScriptedTransport;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.NetlinkError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class BatchSocketTest {
  private static final int END = 3;

  private final ScriptedTransport kernel = new ScriptedTransport();
  private final BatchSocket socket = new BatchSocket(kernel, Duration.ofSeconds(1));
  private final Batch batch = twoMessages(Batch.unconditional());

  @Test
  void aBatchIsOneDatagramAcknowledgedAtItsEndOnly() throws IOException {
    kernel.answering(error(0, END));

    assertThat(socket.commit(batch)).isEqualTo(new CommitResult.Committed());

    assertThat(kernel.sent()).hasSize(1);
    List<Message> sent = new ArrayList<>();
    new MessageReader(kernel.sent().getFirst()).forEach(sent::add);
    assertThat(sent).extracting(Message::type).containsExactly(0x10, 0xa00, 0xa03, 0x11);
    assertThat(sent).extracting(Message::sequence).containsExactly(0, 1, 2, END);
    assertThat(sent)
        .extracting(message -> message.has(MessageFlags.ACK))
        .containsExactly(false, false, false, true);
    assertThat(sent.getFirst().u16Be(2)).isEqualTo(Batch.NFTABLES);
    assertThat(sent.getLast().u16Be(2)).isEqualTo(Batch.NFTABLES);
  }

  @Test
  void aConditionalBatchNamesItsGeneration() {
    byte[] bytes = Batch.forGeneration(0x01020304).finish().toByteArray();

    var attributes = new MessageReader(bytes).iterator().next().attributes(4);
    assertThat(attributes.next()).isTrue();
    assertThat(attributes.type()).isEqualTo(1);
    assertThat(attributes.u32Be()).isEqualTo(0x01020304);
  }

  @Test
  void equalContentGivesEqualBytes() {
    assertThat(batch.finish().toByteArray())
        .isEqualTo(twoMessages(Batch.unconditional()).finish().toByteArray());
    assertThat(batch.messages()).isEqualTo(2);
    assertThat(batch.isEmpty()).isFalse();
    assertThat(Batch.unconditional().isEmpty()).isTrue();
  }

  @Test
  void aBatchRefusesWhatWouldMislead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.add(0, MessageFlags.ACK, 2, writer -> {}));
    batch.finish();
    assertThatIllegalStateException().isThrownBy(() -> batch.add(0, 0, 2, writer -> {}));
  }

  @Test
  void allErrorsAreCollectedWithTheirSequenceNumbers() throws IOException {
    kernel.answering(error(2, 1), failure(Errno.EINTR), error(17, 2), error(0, END));

    CommitResult.Rejected rejected = rejection(socket.commit(batch));

    assertThat(rejected.complete()).isTrue();
    assertThat(rejected.errors()).extracting(NetlinkError::sequence).containsExactly(1, 2);
    assertThat(rejected.errors())
        .extracting(NetlinkError::errno)
        .containsExactly(Errno.ENOENT, Errno.EEXIST);
  }

  @Test
  void anErrorOfTheWholeBatchHasItsBeginsNumber() throws IOException {
    kernel.answering(error(0, END), error(1, 0));

    assertThat(rejection(socket.commit(batch)).errors())
        .singleElement()
        .extracting(NetlinkError::errno)
        .isEqualTo(Errno.EPERM);
  }

  @Test
  void aMovedGenerationIsStaleNotAnError() throws IOException {
    kernel.answering(error(Errno.ERESTART.number(), 0));

    assertThat(socket.commit(twoMessages(Batch.forGeneration(5))))
        .isEqualTo(new CommitResult.Stale());
  }

  @Test
  void lostAnswersLeaveTheOutcomeUnknownEvenIfTheEndIsAcknowledged() throws IOException {
    kernel.answering(failure(Errno.ENOBUFS), error(0, END));

    assertThat(socket.commit(batch))
        .asInstanceOf(InstanceOfAssertFactories.type(CommitResult.Unknown.class))
        .extracting(CommitResult.Unknown::reason, InstanceOfAssertFactories.STRING)
        .contains("ENOBUFS");
  }

  @Test
  void anErrorProvesTheRollbackEvenIfOthersWereLost() throws IOException {
    kernel.answering(error(2, 1), failure(Errno.ENOBUFS), error(0, END));

    CommitResult.Rejected rejected = rejection(socket.commit(batch));

    assertThat(rejected.complete()).isFalse();
    assertThat(rejected.errors()).hasSize(1);
  }

  @Test
  void malformedAnswersLeaveTheOutcomeUnknown() throws IOException {
    kernel.answering(ScriptedTransport.datagram(new byte[7]), error(0, END));

    assertThat(socket.commit(batch)).isInstanceOf(CommitResult.Unknown.class);
  }

  @Test
  void anotherReceiveFailureLeavesTheOutcomeUnknown() throws IOException {
    kernel.answering(failure(Errno.EIO), error(0, END));

    assertThat(socket.commit(batch)).isInstanceOf(CommitResult.Unknown.class);
  }

  @Test
  void silenceIsSuccessIfTheGenerationMoved() throws IOException {
    kernel.answering().answering(own -> generation(6, own));

    assertThat(socket.commit(twoMessages(Batch.forGeneration(5))))
        .isEqualTo(new CommitResult.Committed());
  }

  @Test
  void silenceIsUnknownIfTheGenerationDidNotMove() throws IOException {
    kernel.answering().answering(own -> generation(5, own));

    assertThat(socket.commit(twoMessages(Batch.forGeneration(5))))
        .isInstanceOf(CommitResult.Unknown.class);
  }

  @Test
  void silenceIsUnknownIfTheSocketDoesNotAnswer() throws IOException {
    kernel.answering().answering();

    assertThat(socket.commit(batch)).isInstanceOf(CommitResult.Unknown.class);
  }

  @Test
  void leftoversOfAFormerBatchAreNotTakenForAnswers() throws IOException {
    kernel.queued(error(2, 1)).queued(failure(Errno.ENOBUFS)).queued(error(2, 2));
    kernel.answering(error(0, END));

    assertThat(socket.commit(batch)).isEqualTo(new CommitResult.Committed());
  }

  @Test
  void anInterruptedSendIsRepeated() throws IOException {
    kernel.failingSend(Errno.EINTR).answering(error(0, END));

    assertThat(socket.commit(batch)).isEqualTo(new CommitResult.Committed());
    assertThat(kernel.sent()).hasSize(1);
  }

  @Test
  void aBatchLargerThanTheSendBufferIsNotSent() {
    kernel.limitingBuffers(100);

    assertThatThrownBy(() -> socket.commit(batch))
        .isInstanceOfSatisfying(
            NetlinkException.class, big -> assertThat(big.errno()).isEqualTo(Errno.EMSGSIZE))
        .hasMessageContaining("send buffer of 100: grant CAP_NET_ADMIN");
    assertThat(kernel.sent()).isEmpty();
  }

  @Test
  void anAnswerWithoutAGenerationIsAnError() {
    kernel.answering(own -> List.of(error(0, own)));

    assertThatThrownBy(socket::generation).hasMessageContaining("holds no generation id");
  }

  private static Batch twoMessages(Batch batch) {
    assertThat(batch.add(0, 0, 2, writer -> writer.putString(1, "t"))).isEqualTo(1);
    assertThat(batch.begin(3, MessageFlags.CREATE, 2)).isEqualTo(2);
    batch.writer().putString(1, "t").putString(3, "c");
    batch.end();
    return batch;
  }

  private static CommitResult.Rejected rejection(CommitResult result) {
    assertThat(result).isInstanceOf(CommitResult.Rejected.class);
    return (CommitResult.Rejected) result;
  }
}
