package io.pointsman.netlink.nfacct;

import static io.pointsman.netlink.ScriptedTransport.datagram;
import static io.pointsman.netlink.ScriptedTransport.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.PrivateNamespace;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.ScriptedTransport;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counters by name, of kernels that have them, in any state, and of one that has none. */
class AccountingSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int EEXIST = 17;
  private static final int ENOENT = 2;
  private static final int EBUSY = 16;
  private static final int EINVAL = 22;

  private final ScriptedTransport kernel = new ScriptedTransport();
  private final AccountingSocket socket = new AccountingSocket(kernel, PATIENCE);

  @Test
  void aCounterIsAskedForByItsName() throws IOException {
    kernel.answering(own -> List.of(counter(own, 0x1_0000_0002L), error(0, own)));
    assertThat(socket.packets("dropped")).hasValue(0x1_0000_0002L);
    var sent = new MessageReader(kernel.sent().getFirst()).iterator().next();
    assertThat(sent.type()).isEqualTo(0x701);
    var attributes = sent.attributes(4);
    assertThat(attributes.next()).isTrue();
    assertThat(attributes.string()).isEqualTo("dropped");
  }

  @Test
  void whatIsThereNeedNotBeMadeAndWhatIsUsedStays() throws IOException {
    kernel.answering(own -> List.of(error(EEXIST, own)));
    socket.make("dropped");
    kernel.answering(own -> List.of(error(ENOENT, own)));
    assertThat(socket.packets("dropped")).isEmpty();
    kernel.answering(own -> List.of(error(EBUSY, own)));
    assertThat(socket.remove("dropped")).isFalse();
    kernel.answering(own -> List.of(error(ENOENT, own)));
    assertThat(socket.remove("dropped")).isFalse();
  }

  @Test
  void aKernelWithoutCountersSaysSo() {
    kernel.answering(own -> List.of(error(EINVAL, own)));
    assertThatThrownBy(() -> socket.make("dropped"))
        .isInstanceOfSatisfying(
            RequestRejected.class, no -> assertThat(no.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void aNameThatTheKernelWouldCutIsRefused() {
    assertThatThrownBy(() -> socket.make("x".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theKernelItself() throws Exception {
    PrivateNamespace.run(() -> {
      try (AccountingSocket real = AccountingSocket.open(PATIENCE)) {
        assertThat(real.packets("dropped")).isEmpty();
        real.make("dropped");
        real.make("dropped");
        assertThat(real.packets("dropped")).hasValue(0);
        assertThat(real.remove("dropped")).isTrue();
        assertThat(real.remove("dropped")).isFalse();
      }
    });
  }

  private static ScriptedTransport.Answer counter(int sequence, long packets) {
    MessageWriter writer = new MessageWriter();
    writer.begin(0x700, 0, sequence);
    writer.putNfgenmsg(0, 0).putString(1, "dropped").putU64Be(2, packets).putU64Be(3, 9);
    return datagram(writer.end().toByteArray());
  }
}
