package io.pointsman.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Expected bytes are what nft 1.0.6 sends on a little-endian host for {@code add map ip t m { type
 * ipv4_addr : verdict; }} and {@code add element ip t m { 10.0.0.1 : jump c }}.
 */
class MessageWriterTest {
  private static final int CREATE_REQUEST = MessageFlags.REQUEST | MessageFlags.CREATE;

  private final MessageWriter writer = new MessageWriter(64);

  @BeforeAll
  static void hexIsLittleEndian() {
    assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "hex is of a little-endian host");
  }

  @Test
  void aSetIsWrittenAsNftWritesIt() {
    byte[] userData = Hex.bytes("000402000000 0104000000000604 00000000");
    writer.begin(0xa09, CREATE_REQUEST, 3).putNfgenmsg(2, 0);
    writer.putString(1, "t").putString(2, "m").putU32Be(3, 8).putU32Be(4, 7).putU32Be(5, 4);
    writer.putU32Be(6, 0xffffff00).putU32Be(7, 0).putU32Be(10, 1).putBytes(13, userData).end();

    assertBytes(
        """
        6c000000 090a 0104 03000000 00000000  # NEWSET, REQUEST | CREATE
        02 00 0000                            # AF_INET
        0600 0100 74000000                    # table
        0600 0200 6d000000                    # name
        0800 0300 00000008                    # flags: map
        0800 0400 00000007                    # key type
        0800 0500 00000004                    # key length
        0800 0600 ffffff00                    # data type: verdict
        0800 0700 00000000                    # data length
        0800 0a00 00000001                    # id
        1600 0d00 00040200 00000104 00000000 06040000 00000000  # user data, 18 bytes padded to 20
        """);
  }

  @Test
  void nestedElementsAreWrittenAsNftWritesThem() {
    writer.begin(0xa0c, CREATE_REQUEST, 4).putNfgenmsg(2, 0);
    writer.putString(1, "t").putString(2, "m").putU32Be(4, 1);
    writer.beginNest(3).beginNest(1);
    writer.beginNest(1).beginBytes(1).appendU8(10).appendU8(0).appendU16Be(1).endBytes().endNest();
    writer.beginNest(2).beginNest(2).putU32Be(1, -3).putString(2, "c").endNest().endNest();
    writer.endNest().endNest().end();

    assertBytes(
        """
        58000000 0c0a 0104 04000000 00000000  # NEWSETELEM
        02 00 0000
        0600 0100 74000000
        0600 0200 6d000000
        0800 0400 00000001
        2c00 0380 2800 0180                   # elements, element
        0c00 0180 0800 0100 0a000001          # key
        1800 0280 1400 0280                   # data, verdict
        0800 0100 fffffffd                    # NFT_JUMP
        0600 0200 63000000                    # chain
        """);
  }

  @Test
  void aDatagramHoldsMessagesBehindEachOther() {
    writer.begin(0x10, MessageFlags.REQUEST, 0).putNfgenmsg(0, 10).end();
    writer.begin(0x11, MessageFlags.REQUEST | MessageFlags.ACK, 1).putNfgenmsg(0, 10).end();

    assertBytes(
        """
        14000000 1000 0100 00000000 00000000 00 00 000a
        14000000 1100 0500 01000000 00000000 00 00 000a
        """);
  }

  @Test
  void numbersHaveTheOrderTheirMethodSays() {
    writer.begin(1, 0, 0x01020304);
    writer.putU8(1, 0xfe).putU16(2, 0x0102).putU16Be(3, 0x0102).putU32(4, 0x01020304);
    writer.putU64Be(5, 0x0102030405060708L).putFlag(6);
    writer.beginBytes(7).appendU32(1).appendU32Be(1).appendBytes(new byte[] {9}).endBytes().end();

    assertBytes(
        """
        50000000 0100 0000 04030201 00000000
        0500 0100 fe000000
        0600 0200 02010000
        0600 0300 01020000
        0800 0400 04030201
        0c00 0500 0102030405060708
        0400 0600
        0d00 0700 01000000 00000001 09000000
        """);
  }

  @Test
  void paddingIsZeroInAMemoryThatWasUsedBefore() {
    byte[] dirt = new byte[200];
    Arrays.fill(dirt, (byte) 0xff);
    writer.begin(1, 0, 0).putFixedHeader(dirt).end();
    writer.reset().begin(1, 0, 0).putFixedHeader(new byte[] {1}).putU8(1, 2).putString(2, "é");
    writer.beginBytes(3).appendU8(7).endBytes().end();

    assertBytes(
        """
        2c000000 0100 0000 00000000 00000000
        01000000
        0500 0100 02000000
        0700 0200 c3a90000
        0500 0300 07000000
        """);
  }

  @Test
  void theLongestAttributeIsWrittenAndALongerOneRefused() {
    byte[] longest = new byte[MessageWriter.MAX_ATTRIBUTE_SIZE - 4];
    writer.begin(1, 0, 0).putBytes(9, longest).end();
    assertThat(writer.size()).isEqualTo(16 + 65_536);

    writer.begin(1, 0, 0);
    assertThatThrownBy(() -> writer.putBytes(9, new byte[longest.length + 1]))
        .isInstanceOfSatisfying(
            AttributeTooLong.class,
            refusal -> {
              assertThat(refusal.type()).isEqualTo(9);
              assertThat(refusal.size()).isEqualTo(65_536);
            })
        .hasMessageContaining("attribute of type 9 would take 65536 bytes");
  }

  @Test
  void aNestIsRefusedExactlyWhenItsRoomIsUsedUp() {
    writer.begin(1, 0, 0).beginNest(3).beginNest(1);
    while (writer.nestRoom() >= 8) {
      writer.putU32(1, 0);
    }
    assertThat(writer.nestSize()).isEqualTo(65_528);
    assertThat(writer.nestRoom()).isEqualTo(4);
    writer.putFlag(1);
    assertThat(writer.nestRoom()).isZero();
    writer.endNest().endNest();
    assertThat(writer.nestSize()).isZero();

    writer.beginNest(3).beginNest(1);
    while (writer.nestRoom() >= 0) {
      writer.putFlag(1);
    }
    writer.endNest();
    assertThatThrownBy(writer::endNest)
        .isInstanceOfSatisfying(
            AttributeTooLong.class, refusal -> assertThat(refusal.type()).isEqualTo(3));
  }

  @Test
  void misuseIsToldAtOnce() {
    assertThatIllegalStateException().isThrownBy(() -> writer.putU8(1, 1));
    assertThatIllegalStateException().isThrownBy(writer::end);
    writer.begin(1, 0, 0);
    assertThatIllegalStateException().isThrownBy(() -> writer.begin(1, 0, 0));
    assertThatIllegalStateException().isThrownBy(writer::buffer);
    assertThatIllegalStateException().isThrownBy(writer::endNest);
    assertThatIllegalStateException().isThrownBy(writer::endBytes);
    assertThatIllegalStateException().isThrownBy(() -> writer.appendU8(1));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.putU8(0x4000, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.putString(1, "é\0b"));
    writer.beginBytes(1);
    assertThatIllegalStateException().isThrownBy(() -> writer.putU8(1, 1));
    assertThatIllegalStateException().isThrownBy(writer::endNest);
    assertThatIllegalStateException().isThrownBy(writer::end);
  }

  private void assertBytes(String expected) {
    assertThat(Hex.dump(writer.toByteArray())).isEqualTo(Hex.dump(Hex.bytes(expected)));
  }
}
