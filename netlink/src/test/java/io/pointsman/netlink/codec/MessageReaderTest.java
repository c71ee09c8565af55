package io.pointsman.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  @Test
  void whatWasWrittenIsRead() {
    MessageWriter writer = new MessageWriter();
    writer.begin(0xa0f, MessageFlags.MULTI, 7).putNfgenmsg(10, 0x1234);
    writer.putU8(1, 200).putU16(2, 60_000).putU16Be(3, 60_001).putU32(4, -4).putU32Be(5, -5);
    writer.putU64Be(6, -6).putString(7, "naïve").putBytes(8, new byte[] {1, 2, 3}).putFlag(9);
    writer.beginNest(10).beginNest(1).putU8(2, 3).endNest().endNest().end();
    writer.begin(MessageType.DONE, 0, 8).end();

    List<Message> messages = all(new MessageReader(writer.toByteArray()));
    assertThat(messages).extracting(Message::type).containsExactly(0xa0f, MessageType.DONE);
    assertThat(messages).extracting(Message::sequence).containsExactly(7, 8);
    Message first = messages.getFirst();
    assertThat(first.has(MessageFlags.MULTI)).isTrue();
    assertThat(first.has(MessageFlags.DUMP)).isFalse();
    assertThat(first.portId()).isZero();
    assertThat(first.u8(0)).isEqualTo(10);
    assertThat(first.u16Be(2)).isEqualTo(0x1234);
    assertThat(first.payload()).hasSize(first.payloadLength());

    Attributes attributes = first.attributes(4);
    assertThat(step(attributes, 1).u8()).isEqualTo(200);
    assertThat(step(attributes, 2).u16()).isEqualTo(60_000);
    assertThat(step(attributes, 3).u16Be()).isEqualTo(60_001);
    assertThat(step(attributes, 4).u32()).isEqualTo(-4);
    assertThat(step(attributes, 5).u32Be()).isEqualTo(-5);
    assertThat(step(attributes, 6).u64Be()).isEqualTo(-6);
    assertThat(step(attributes, 7).string()).isEqualTo("naïve");
    assertThat(step(attributes, 8).bytes()).containsExactly(1, 2, 3);
    assertThat(step(attributes, 9).length()).isZero();
    Attributes inner = step(step(attributes, 10).nested(), 1).nested();
    assertThat(step(inner, 2).u8()).isEqualTo(3);
    assertThat(inner.next()).isFalse();
    assertThat(attributes.next()).isFalse();
  }

  @Test
  void theLastPaddingMayBeMissing() {
    byte[] whole = new MessageWriter().begin(1, 0, 0).putU8(1, 5).end().toByteArray();
    Layout.U32.set(whole, 0, whole.length - 3);
    byte[] cut = Arrays.copyOf(whole, whole.length - 3);

    Attributes attributes = all(new MessageReader(cut)).getFirst().attributes(0);
    assertThat(step(attributes, 1).u8()).isEqualTo(5);
    assertThat(attributes.next()).isFalse();
  }

  @Test
  void aSliceIsReadAsIfItWereAlone() {
    byte[] message = new MessageWriter().begin(9, 0, 1).putU32(1, 2).end().toByteArray();
    byte[] larger = new byte[message.length + 20];
    Arrays.fill(larger, (byte) 0xff);
    System.arraycopy(message, 0, larger, 10, message.length);

    List<Message> messages = all(new MessageReader(larger, 10, message.length));
    assertThat(messages).hasSize(1);
    assertThat(step(messages.getFirst().attributes(0), 1).u32()).isEqualTo(2);
  }

  @Test
  void malformedBytesAreToldWithTheirPlace() {
    assertMalformed(new byte[15], 0);
    byte[] twice =
        new MessageWriter().begin(1, 0, 0).end().begin(1, 0, 0).putU8(1, 1).end().toByteArray();
    Layout.U32.set(twice, 16, 15);
    assertMalformed(twice, 16);
    Layout.U32.set(twice, 16, 25);
    assertMalformed(twice, 16);
    Layout.U32.set(twice, 16, -1);
    assertMalformed(twice, 16);
    Layout.U32.set(twice, 16, 24);
    Layout.U16.set(twice, 32, (short) 3);
    assertMalformed(twice, 32);
    Layout.U16.set(twice, 32, (short) 9);
    assertMalformed(twice, 32);
  }

  @Test
  void contentOfAnotherSizeIsMalformed() {
    byte[] bytes = new MessageWriter().begin(1, 0, 0).putU16(1, 1).end().toByteArray();
    Message message = all(new MessageReader(bytes)).getFirst();
    Attributes attributes = message.attributes(0);
    assertThatIllegalStateException().isThrownBy(attributes::u8);
    step(attributes, 1);

    assertThatThrownBy(attributes::u32).isInstanceOf(MalformedMessage.class);
    assertThatThrownBy(() -> message.attributes(9)).isInstanceOf(MalformedMessage.class);
    assertThatThrownBy(() -> message.u32(5)).isInstanceOf(MalformedMessage.class);
    assertThatThrownBy(() -> message.u8(-1)).isInstanceOf(MalformedMessage.class);
  }

  /**
   * Random bytes, and good messages with some bytes changed: all is read or refused, never else.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingIsReadOutsideTheDatagram(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = random.nextBoolean() ? randomBytes(random) : damaged(random);
      int[] steps = {0};
      try {
        for (Message message : new MessageReader(bytes)) {
          steps[0]++;
          walk(message.attributes(random.nextInt(8)), steps, 0);
          if (message.type() == MessageType.ERROR || message.type() == MessageType.DONE) {
            assertThat(NetlinkError.parse(message).describe()).isNotEmpty();
          }
        }
      } catch (MalformedMessage expected) {
        assertThat(expected.offset()).as("seed %d", seed).isBetween(0, bytes.length);
      }
      // Each level of nesting may walk the bytes once more.
      assertThat(steps[0]).as("seed %d", seed).isLessThan(10 * (bytes.length + 1));
    }
  }

  private static byte[] randomBytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] damaged(SplittableRandom random) {
    MessageWriter writer = new MessageWriter();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int type = random.nextBoolean() ? MessageType.ERROR : random.nextInt(6);
      writer.begin(type, random.nextInt(0x400), i).putFixedHeader(new byte[20]);
      writer.putString(1, "text").beginNest(2).putU32(3, 1).beginNest(1).putU8(1, 1);
      writer.endNest().endNest().end();
    }
    byte[] bytes = writer.toByteArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextBoolean() ? 32 : 256);
    }
    return Arrays.copyOf(bytes, bytes.length - random.nextInt(4));
  }

  private static void walk(Attributes attributes, int[] steps, int depth) {
    while (attributes.next()) {
      steps[0]++;
      assertThat(attributes.bytes()).hasSize(attributes.length());
      assertThat(attributes.string()).doesNotContain("\0");
      assertThat(attributes.type()).isBetween(0, 0x3fff);
      if (depth < 4) {
        try {
          walk(attributes.nested(), steps, depth + 1);
        } catch (MalformedMessage noNest) {
          assertThat(noNest).hasMessageContaining("malformed netlink message at byte");
        }
      }
    }
  }

  private static void assertMalformed(byte[] bytes, int offset) {
    assertThatThrownBy(
            () -> {
              for (Message message : new MessageReader(bytes)) {
                walk(message.attributes(0), new int[1], 0);
              }
            })
        .isInstanceOfSatisfying(
            MalformedMessage.class, refusal -> assertThat(refusal.offset()).isEqualTo(offset));
  }

  private static Attributes step(Attributes attributes, int type) {
    assertThat(attributes.next()).isTrue();
    assertThat(attributes.type()).isEqualTo(type);
    return attributes;
  }

  private static List<Message> all(MessageReader reader) {
    List<Message> messages = new ArrayList<>();
    reader.forEach(messages::add);
    return messages;
  }
}
