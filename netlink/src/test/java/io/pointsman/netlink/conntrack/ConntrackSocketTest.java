package io.pointsman.netlink.conntrack;

import static io.pointsman.netlink.ScriptedTransport.datagram;
import static io.pointsman.netlink.ScriptedTransport.done;
import static io.pointsman.netlink.ScriptedTransport.error;
import static io.pointsman.netlink.ScriptedTransport.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.ScriptedTransport;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the socket makes of a kernel that is interrupted, overrun, old or at odds. */
class ConntrackSocketTest {
  private static final int UDP = 17;
  private static final ConntrackFilter DNS = filter("10.96.0.10", 53);

  private final ScriptedTransport kernel = new ScriptedTransport();
  private final ConntrackSocket socket = new ConntrackSocket(kernel, Duration.ofSeconds(1));

  @Test
  void entriesAreHandedOverAsTheyCome() throws IOException {
    kernel.answering(own ->
        List.of(
            listed(own, entry(1, "10.96.0.10", 53)),
            listed(own, entry(2, "10.96.0.10", 53)),
            done(0, own)));

    assertThat(scan()).extracting(ConntrackEntry::id).containsExactly(1, 2);
  }

  @Test
  void whatAnOldKernelListsBeyondTheFilterIsLeftOut() throws IOException {
    kernel.answering(own ->
        List.of(
            listed(own, entry(1, "10.96.0.11", 53)),
            listed(own, entry(2, "10.96.0.10", 54)),
            listed(own, entry(3, "10.96.0.10", 53)),
            done(0, own)));

    assertThat(scan()).extracting(ConntrackEntry::id).containsExactly(3);
  }

  @Test
  void aListThatIsCutShortIsAFailureNotAShortList() {
    kernel.answering(own -> List.of(listed(own, entry(1, "10.96.0.10", 53))));

    assertThatThrownBy(this::scan)
        .isInstanceOfSatisfying(
            NetlinkException.class, late -> assertThat(late.errno()).isEqualTo(Errno.ETIMEDOUT));
  }

  @Test
  void anOverrunListIsReadAgain() throws IOException {
    kernel
        .answering(own -> List.of(listed(own, entry(1, "10.96.0.10", 53)), failure(Errno.ENOBUFS)))
        .answering(own -> List.of(error(16, own)))
        .answering(own ->
            List.of(
                failure(Errno.EINTR),
                listed(own, entry(1, "10.96.0.10", 53)),
                listed(own, entry(2, "10.96.0.10", 53)),
                done(0, own)));

    assertThat(scan()).extracting(ConntrackEntry::id).containsExactly(1, 2);
    assertThat(kernel.sent()).hasSize(3);
  }

  @Test
  void anInterruptedDeletionIsRepeated() throws IOException {
    kernel.failingSend(Errno.EINTR).answering(own -> List.of(failure(Errno.EINTR), error(0, own)));

    assertThat(socket.delete(entry(1, "10.96.0.10", 53))).isTrue();
    assertThat(kernel.sent()).hasSize(1);
  }

  @Test
  void anEntryThatIsGoneIsNoFailure() throws IOException {
    kernel.answering(own -> List.of(error(2, own)));

    assertThat(socket.delete(entry(1, "10.96.0.10", 53))).isFalse();
  }

  @Test
  void anotherRefusalIsOne() {
    kernel.answering(own -> List.of(error(16, own)));

    assertThatThrownBy(() -> socket.delete(entry(1, "10.96.0.10", 53)))
        .isInstanceOfSatisfying(
            RequestRejected.class, busy -> assertThat(busy.errno()).isEqualTo(Errno.EBUSY));
  }

  @Test
  void noDeletionGoesOutThatCouldEmptyTheTable() throws IOException {
    kernel.answering(own -> List.of(error(0, own)));
    socket.delete(entry(7, "10.96.0.10", 53));

    Message sent = new MessageReader(kernel.sent().getFirst()).iterator().next();
    assertThat(sent.type()).isEqualTo(ConntrackCodec.DELETE);
    assertThat(sent.flags()).isEqualTo(MessageFlags.REQUEST | MessageFlags.ACK);
    var attributes = sent.attributes(4);
    assertThat(attributes.next()).isTrue();
    assertThat(attributes.type()).as("CTA_TUPLE_ORIG").isEqualTo(1);
    assertThat(attributes.next()).isTrue();
    assertThat(attributes.type()).as("CTA_ID").isEqualTo(12);
  }

  private Set<ConntrackEntry> scan() throws IOException {
    Set<ConntrackEntry> seen = new LinkedHashSet<>();
    socket.scan(DNS, seen::add);
    return seen;
  }

  private static ConntrackFilter filter(String destination, int port) {
    return new ConntrackFilter(
        StandardProtocolFamily.INET,
        UDP,
        Optional.of(InetAddress.ofLiteral(destination)),
        OptionalInt.of(port));
  }

  private static ConntrackEntry entry(int id, String destination, int port) {
    InetAddress client = InetAddress.ofLiteral("10.244.1.5");
    InetAddress service = InetAddress.ofLiteral(destination);
    return new ConntrackEntry(
        new ConntrackTuple(client, service, UDP, 40000, port),
        new ConntrackTuple(service, client, UDP, port, 40000),
        0,
        id);
  }

  private static ScriptedTransport.Answer listed(int sequence, ConntrackEntry entry) {
    MessageWriter writer = new MessageWriter();
    writer.begin(ConntrackCodec.NEW, MessageFlags.MULTI, sequence);
    ConntrackCodec.putIdentity(writer, entry);
    KernelTable.putTuple(writer, 2, entry.reply());
    return datagram(writer.end().toByteArray());
  }
}
