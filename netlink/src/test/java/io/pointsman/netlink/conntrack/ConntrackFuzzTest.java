package io.pointsman.netlink.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** An entry that the kernel lists is read or {@link MalformedMessage}, and can be named again. */
class ConntrackFuzzTest {
  static Stream<byte[]> entries() throws UnknownHostException {
    return Stream.of(entry("10.0.0.1", "10.96.0.1"), entry("fd00::1", "fd00::2"));
  }

  private static byte[] entry(String from, String to) throws UnknownHostException {
    byte[] source = InetAddress.getByName(from).getAddress();
    byte[] destination = InetAddress.getByName(to).getAddress();
    int first = source.length == 16 ? 3 : 1;
    MessageWriter writer = new MessageWriter().begin(ConntrackCodec.NEW, 0, 1).putNfgenmsg(2, 0);
    for (int tuple = 1; tuple <= 2; tuple++) {
      writer
          .beginNest(tuple)
          .beginNest(1)
          .putBytes(first, source)
          .putBytes(first + 1, destination)
          .endNest()
          .beginNest(2)
          .putU8(1, 17)
          .putU16Be(2, 1053)
          .putU16Be(3, 53)
          .endNest()
          .endNest();
    }
    return writer.putU32Be(3, 14).putU32Be(12, 99).end().toByteArray();
  }

  @MethodSource("entries")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void isReadAndNamed(byte[] datagram) {
    try {
      for (Message message : new MessageReader(datagram)) {
        ConntrackCodec.read(message).ifPresent(ConntrackFuzzTest::named);
      }
    } catch (MalformedMessage declared) {
      assertThat(declared).hasMessageContaining("malformed");
    }
  }

  private static void named(ConntrackEntry entry) {
    MessageWriter writer = new MessageWriter().begin(ConntrackCodec.DELETE, 0, 1);
    ConntrackCodec.putIdentity(writer, entry);
    assertThat(writer.end().toByteArray()).isNotEmpty();
  }
}
