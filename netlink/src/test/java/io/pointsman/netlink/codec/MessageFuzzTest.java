package io.pointsman.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes are messages with attributes, or {@link MalformedMessage}; a walk over them ends. */
class MessageFuzzTest {
  private static final int DEEPEST = 8;

  static Stream<byte[]> datagrams() {
    return Stream.of(
        new MessageWriter()
            .begin(MessageType.ERROR, MessageFlags.CAPPED | MessageFlags.ACK_ATTRIBUTES, 7)
            .putFixedHeader(new byte[20])
            .putString(1, "no such set")
            .putU32(2, 40)
            .putU32(5, 3)
            .end()
            .toByteArray(),
        new MessageWriter()
            .begin(MessageType.DONE, MessageFlags.ACK_ATTRIBUTES, 7)
            .putFixedHeader(new byte[] {-2, -1, -1, -1})
            .putString(1, "x")
            .end()
            .begin(0x0a0c, 0, 8)
            .putNfgenmsg(2, 0)
            .beginNest(1)
            .beginNest(2)
            .putU32Be(1, 5)
            .endNest()
            .putU8(3, 6)
            .endNest()
            .end()
            .toByteArray());
  }

  @MethodSource("datagrams")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void decodes(byte[] datagram) {
    try {
      for (Message message : new MessageReader(datagram)) {
        assertThat(message.payload()).hasSize(message.payloadLength());
        if (message.type() == MessageType.ERROR || message.type() == MessageType.DONE) {
          assertThat(NetlinkError.parse(message).describe()).isNotEmpty();
        }
        walk(message.attributes(4), 0);
      }
    } catch (MalformedMessage declared) {
      assertThat(declared.offset()).isBetween(0, datagram.length);
    }
  }

  private static void walk(Attributes attributes, int depth) {
    while (attributes.next()) {
      assertThat(attributes.bytes()).hasSize(attributes.length());
      assertThat(attributes.string()).isNotNull();
      for (Runnable getter :
          List.<Runnable>of(
              attributes::u8,
              attributes::u16,
              attributes::u16Be,
              attributes::u32,
              attributes::u32Be,
              attributes::u64,
              attributes::u64Be)) {
        refusesOrReads(getter);
      }
      if (depth < DEEPEST) {
        Attributes nested = attributes.nested();
        refusesOrReads(() -> walk(nested, depth + 1));
      }
    }
  }

  private static void refusesOrReads(Runnable reading) {
    try {
      reading.run();
    } catch (MalformedMessage declared) {
      assertThat(declared.offset()).isNotNegative();
    }
  }
}
