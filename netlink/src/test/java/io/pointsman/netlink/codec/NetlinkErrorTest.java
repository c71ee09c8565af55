package io.pointsman.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NetlinkErrorTest {
  @BeforeAll
  static void hexIsLittleEndian() {
    assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "hex is of a little-endian host");
  }

  @Test
  void aCappedErrorHasItsAttributesBehindTheRequestsHeader() {
    NetlinkError error =
        parse(
            """
            38000000 0200 0003 05000000 10270000   # ERROR, CAPPED | ACK_TLVS
            feffffff                               # -ENOENT
            24000000 000a 0104 05000000 00000000   # the request's header
            0c00 0100 6e6f206475636b00             # "no duck"
            0800 0200 14000000                     # offset 20
            """);

    assertThat(error.errno()).isEqualTo(Errno.ENOENT);
    assertThat(error.sequence()).isEqualTo(5);
    assertThat(error.requestType()).isEqualTo(0xa00);
    assertThat(error.message()).isEqualTo("no duck");
    assertThat(error.offset()).hasValue(20);
    assertThat(error.missingType()).isEmpty();
    assertThat(error.isAcknowledgement()).isFalse();
    assertThat(error.describe())
        .isEqualTo(
            "ENOENT (No such file or directory): no duck [sequence 5, message type 0xa00, attribute at byte 20]");
  }

  @Test
  void anUncappedErrorHasThemBehindTheWholeRequest() {
    NetlinkError error =
        parse(
            """
            38000000 0200 0002 05000000 10270000   # ERROR, ACK_TLVS
            eaffffff                               # -EINVAL
            1c000000 000a 0104 05000000 00000000   # the request
            02 00 0000 0600 0100 74000000
            0800 0500 02000000                     # attribute 2 is missing
            """);

    assertThat(error.errno()).isEqualTo(Errno.EINVAL);
    assertThat(error.missingType()).hasValue(2);
    assertThat(error.message()).isEmpty();
  }

  @Test
  void anErrorWithoutAttributesIsRead() {
    NetlinkError error =
        parse(
            """
            24000000 0200 0001 00000000 10270000
            abffffff
            14000000 1000 0100 00000000 00000000
            """);

    assertThat(error.errno()).isEqualTo(Errno.ERESTART);
    assertThat(error.requestType()).isEqualTo(0x10);
  }

  @Test
  void numberZeroIsAnAcknowledgement() {
    NetlinkError error =
        parse(
            """
            24000000 0200 0001 09000000 10270000
            00000000
            14000000 1100 0500 09000000 00000000
            """);

    assertThat(error.isAcknowledgement()).isTrue();
    assertThat(error.sequence()).isEqualTo(9);
  }

  @Test
  void theEndOfADumpMayCarryAnError() {
    NetlinkError error =
        parse(
            """
            20000000 0300 0202 09000000 10270000
            fcffffff
            0900 0100 7768790000000000
            """);
    assertThat(error.errno()).isEqualTo(Errno.EINTR);
    assertThat(error.message()).isEqualTo("why");
    assertThat(error.sequence()).isEqualTo(9);

    assertThat(parse("14000000 0300 0200 09000000 10270000 00000000").isAcknowledgement()).isTrue();
    assertThat(parse("10000000 0300 0200 09000000 10270000").isAcknowledgement()).isTrue();
  }

  @Test
  void aShortErrorIsMalformedAndAnotherTypeRefused() {
    assertThatThrownBy(() -> parse("14000000 0200 0000 09000000 10270000 feffffff"))
        .isInstanceOf(MalformedMessage.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("14000000 0100 0000 09000000 10270000 feffffff"));
  }

  @Test
  void unknownNumbersAreNamedByNumber() {
    assertThat(Errno.of(2))
        .isSameAs(Errno.ENOENT)
        .hasToString("ENOENT (No such file or directory)");
    assertThat(Errno.of(4711)).hasToString("errno 4711 (Unknown error 4711)");
    assertThat(Errno.of(4711)).isEqualTo(Errno.of(4711));
  }

  private static NetlinkError parse(String hex) {
    return NetlinkError.parse(new MessageReader(Hex.bytes(hex)).iterator().next());
  }
}
