package io.pointsman.netlink;

import static io.pointsman.netlink.ScriptedTransport.done;
import static io.pointsman.netlink.ScriptedTransport.error;
import static io.pointsman.netlink.ScriptedTransport.failure;
import static io.pointsman.netlink.ScriptedTransport.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetlinkClientTest {
  private static final int GET = 0xa01;
  private static final int NEW = 0xa00;

  private final ScriptedTransport kernel = new ScriptedTransport();
  private final NetlinkClient client = new NetlinkClient(kernel, Duration.ofSeconds(1));

  @Test
  void aRequestAsksForAnAcknowledgementAndReturnsTheReplies() throws IOException {
    kernel.answering(own -> List.of(message(NEW, 0, own), error(0, own)));

    List<Message> replies = client.request(GET, MessageFlags.ECHO, writer -> writer.putU8(1, 1));

    assertThat(replies).extracting(Message::type).containsExactly(NEW);
    Message sent = new MessageReader(kernel.sent().getFirst()).iterator().next();
    assertThat(sent.flags()).isEqualTo(MessageFlags.REQUEST | MessageFlags.ACK | MessageFlags.ECHO);
  }

  @Test
  void anErrorIsThrownWithTheKernelsAnswer() {
    kernel.answering(own -> List.of(error(2, own)));

    assertThatThrownBy(() -> client.request(GET, 0, writer -> {}))
        .isInstanceOfSatisfying(
            RequestRejected.class,
            rejection -> {
              assertThat(rejection.errno()).isEqualTo(Errno.ENOENT);
              assertThat(rejection.error().requestType()).isEqualTo(0xa00);
            })
        .hasMessageStartingWith(
            "netlink request of type 0xa01: ENOENT (No such file or directory) [sequence ");
  }

  @Test
  void aMissingPrivilegeSaysWhatToDo() {
    kernel.answering(own -> List.of(error(1, own)));

    assertThatThrownBy(() -> client.request(GET, 0, writer -> {}))
        .hasMessageEndingWith(": run as root or grant CAP_NET_ADMIN");
  }

  @Test
  void answersToSomethingElseAreSkipped() throws IOException {
    kernel
        .queued(error(2, 1))
        .queued(message(NEW, 0, 2))
        .answering(own -> List.of(message(NEW, 0, own), error(0, own)));

    assertThat(client.request(GET, 0, writer -> {})).hasSize(1);
  }

  @Test
  void interruptedCallsAreRepeated() throws IOException {
    kernel
        .failingSend(Errno.EINTR)
        .failingSend(Errno.EINTR)
        .answering(own -> List.of(failure(Errno.EINTR), error(0, own)));

    assertThat(client.request(GET, 0, writer -> {})).isEmpty();
    assertThat(kernel.sent()).hasSize(1);
  }

  @Test
  void callsThatAreAlwaysInterruptedAreGivenUp() {
    for (int i = 0; i < 50; i++) {
      kernel.failingSend(Errno.EINTR);
    }

    assertThatThrownBy(() -> client.request(GET, 0, writer -> {}))
        .isInstanceOfSatisfying(
            NetlinkException.class, given -> assertThat(given.errno()).isEqualTo(Errno.EINTR));
  }

  @Test
  void silenceIsATimeout() {
    assertThatThrownBy(() -> client.request(GET, 0, writer -> {}))
        .isInstanceOfSatisfying(
            NetlinkException.class, late -> assertThat(late.errno()).isEqualTo(Errno.ETIMEDOUT));
  }

  @Test
  void aDumpIsWholeWhenItsEndArrives() throws IOException {
    kernel.answering(own -> List.of(part(own), part(own), done(0, own)));

    assertThat(dump()).hasSize(2);
    Message sent = new MessageReader(kernel.sent().getFirst()).iterator().next();
    assertThat(sent.flags()).isEqualTo(MessageFlags.REQUEST | MessageFlags.DUMP);
  }

  @Test
  void aDumpWithoutItsEndIsATimeoutNotAShortList() {
    kernel.answering(own -> List.of(part(own), part(own)));

    assertThatThrownBy(this::dump)
        .isInstanceOfSatisfying(
            NetlinkException.class, late -> assertThat(late.errno()).isEqualTo(Errno.ETIMEDOUT));
  }

  @Test
  void aDumpThatChangedMeanwhileIsReadAgain() throws IOException {
    kernel
        .answering(own -> List.of(part(own), done(MessageFlags.DUMP_INTERRUPTED, own)))
        .answering(own ->
            List.of(
                message(NEW, MessageFlags.MULTI | MessageFlags.DUMP_INTERRUPTED, own),
                done(0, own)))
        .answering(own -> List.of(part(own), part(own), done(0, own)));

    assertThat(dump()).hasSize(2);
    assertThat(kernel.sent()).hasSize(3);
  }

  @Test
  void aDumpThatLostMessagesIsReadAgainWithoutItsLeftovers() throws IOException {
    kernel
        .answering(own ->
            List.of(
                part(own), failure(Errno.ENOBUFS), part(own), failure(Errno.ENOBUFS), part(own)))
        .answering(own -> List.of(error(16, own)))
        .answering(own -> List.of(part(own), done(0, own)));

    assertThat(dump()).hasSize(1);
    assertThat(kernel.sent()).hasSize(3);
  }

  @Test
  void aDumpThatKeepsChangingIsGivenUp() {
    for (int i = 0; i < 50; i++) {
      kernel.answering(own -> List.of(done(MessageFlags.DUMP_INTERRUPTED, own)));
    }

    assertThatThrownBy(this::dump).hasMessageContaining("changed during each of 10 tries");
    assertThat(kernel.sent()).hasSize(10);
  }

  private List<Message> dump() throws IOException {
    return client.dump(GET, writer -> writer.putNfgenmsg(2, 0));
  }

  private static ScriptedTransport.Answer part(int sequence) {
    return message(NEW, MessageFlags.MULTI, sequence);
  }
}
