package io.pointsman.netlink.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.netlink.codec.Hex;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bytes as {@code nfnetlink_conntrack.h} lays them out, on a little-endian host. */
class ConntrackCodecTest {
  private static final int UDP = 17;

  private static final ConntrackEntry ENTRY =
      new ConntrackEntry(
          tuple("10.244.1.5", "10.96.0.10", 40000, 53),
          tuple("10.244.2.7", "10.244.1.5", 5353, 40000),
          0x1a8,
          0x01020304);

  /** A listed entry as the kernel sends it, with attributes that nobody reads here. */
  private static final String LISTED =
      """
      02 00 0000                                        # AF_INET
      3400 0180                                         # tuple, original
      1400 0180 0800 0100 0af40105 0800 0200 0a60000a
      1c00 0280 0500 0100 11000000 0600 0200 9c400000 0600 0300 00350000
      3400 0280                                         # tuple, reply
      1400 0180 0800 0100 0af40207 0800 0200 0af40105
      1c00 0280 0500 0100 11000000 0600 0200 14e90000 0600 0300 9c400000
      0800 0300 000001a8                                # status
      0800 0700 0000001e                                # timeout
      0800 0c00 01020304                                # id
      0800 0b00 00000001                                # use
      """;

  @BeforeAll
  static void hexIsLittleEndian() {
    assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "hex is of a little-endian host");
  }

  @Test
  void aDeletionNamesTheTupleAndTheId() {
    assertBytes(
        writer -> ConntrackCodec.putIdentity(writer, ENTRY),
        """
        02 00 0000
        3400 0180                                         # tuple, original
        1400 0180 0800 0100 0af40105 0800 0200 0a60000a   # addresses
        1c00 0280                                         # protocol and ports
        0500 0100 11000000 0600 0200 9c400000 0600 0300 00350000
        0800 0c00 01020304                                # id
        """);
  }

  @Test
  void anIpv6DeletionCarriesIpv6Attributes() {
    ConntrackTuple original = tuple("fd00:244::5", "fd00:96::a", 40000, 53);

    assertBytes(
        writer -> ConntrackCodec.putIdentity(writer, new ConntrackEntry(original, original, 0, -1)),
        """
        0a 00 0000                                        # AF_INET6
        4c00 0180                                         # tuple, original
        2c00 0180                                         # addresses
        1400 0300 fd000244 00000000 00000000 00000005
        1400 0400 fd000096 00000000 00000000 0000000a
        1c00 0280                                         # protocol and ports
        0500 0100 11000000 0600 0200 9c400000 0600 0300 00350000
        0800 0c00 ffffffff
        """);
  }

  @Test
  void aFilterNamesWhatTheKernelIsToCompare() {
    ConntrackFilter filter =
        new ConntrackFilter(
            StandardProtocolFamily.INET,
            UDP,
            Optional.of(InetAddress.ofLiteral("10.96.0.10")),
            OptionalInt.of(53));

    assertBytes(
        writer -> ConntrackCodec.putFilter(writer, filter),
        """
        02 00 0000
        2400 0180                                         # tuple, original
        0c00 0180 0800 0200 0a60000a                      # destination
        1400 0280 0500 0100 11000000 0600 0300 00350000   # protocol, destination port
        0c00 1980 0800 0100 2a000000                      # filter: destination, protocol, port
        """);
  }

  @Test
  void anIpv6AddressIsNotLeftToTheKernelToCompare() {
    ConntrackFilter filter =
        new ConntrackFilter(
            StandardProtocolFamily.INET6,
            UDP,
            Optional.of(InetAddress.ofLiteral("fd00:96::a")),
            OptionalInt.of(53));

    assertBytes(
        writer -> ConntrackCodec.putFilter(writer, filter),
        """
        0a 00 0000
        1800 0180 1400 0280 0500 0100 11000000 0600 0300 00350000
        0c00 1980 0800 0100 28000000
        """);
  }

  @Test
  void aFilterByProtocolAlone() {
    ConntrackFilter filter =
        new ConntrackFilter(
            StandardProtocolFamily.INET6, UDP, Optional.empty(), OptionalInt.empty());

    assertBytes(
        writer -> ConntrackCodec.putFilter(writer, filter),
        """
        0a 00 0000
        1000 0180 0c00 0280 0500 0100 11000000
        0c00 1980 0800 0100 08000000
        """);
  }

  @Test
  void aListedEntryIsRead() {
    assertThat(ConntrackCodec.read(listed(LISTED))).contains(ENTRY);
  }

  @Test
  void anEntryInAZoneOrWithoutPortsIsNotHandedOut() {
    String ports = "1c00 0280 0500 0100 11000000 0600 0200 9c400000 0600 0300 00350000";
    String icmp = "1c00 0280 0500 0100 01000000 0600 0400 12340000 0500 0500 08000000";

    assertThat(ConntrackCodec.read(listed(LISTED + "0600 1200 00070000"))).isEmpty();
    assertThat(ConntrackCodec.read(listed(LISTED.replace(ports, icmp)))).isEmpty();
  }

  @Test
  void anEntryWithoutAnIdIsNotHandedOut() {
    assertThat(ConntrackCodec.read(listed(LISTED.replace("0800 0c00 01020304", "")))).isEmpty();
  }

  @Test
  void anEntryThatIsCutShortIsRefused() {
    byte[] whole = Hex.bytes(LISTED);
    byte[] cut = Arrays.copyOf(whole, 40);

    assertThatThrownBy(() -> ConntrackCodec.read(message(cut)))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void aMappedAddressStaysAnIpv6Address() {
    String six =
        """
        0a 00 0000
        4c00 0180 2c00 0180
        1400 0300 00000000 00000000 0000ffff 0a000001
        1400 0400 fd000096 00000000 00000000 0000000a
        1c00 0280 0500 0100 11000000 0600 0200 9c400000 0600 0300 00350000
        4c00 0280 2c00 0180
        1400 0300 fd000096 00000000 00000000 0000000a
        1400 0400 00000000 00000000 0000ffff 0a000001
        1c00 0280 0500 0100 11000000 0600 0200 00350000 0600 0300 9c400000
        0800 0c00 00000001
        """;

    assertThat(ConntrackCodec.read(listed(six)).orElseThrow().original().source())
        .isInstanceOf(Inet6Address.class);
  }

  @Test
  void valuesThatCannotBeWrittenAreRefused() {
    InetAddress four = InetAddress.ofLiteral("10.0.0.1");
    InetAddress six = InetAddress.ofLiteral("fd00::1");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConntrackTuple(four, six, UDP, 1, 1))
        .withMessageContaining("two families");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConntrackTuple(four, four, UDP, 1, 65536))
        .withMessage("destination port 65536 is outside 0..65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ConntrackFilter(
                StandardProtocolFamily.INET, UDP, Optional.of(six), OptionalInt.empty()))
        .withMessageContaining("is not of family INET");
  }

  private static ConntrackTuple tuple(
      String source, String destination, int sourcePort, int destinationPort) {
    return new ConntrackTuple(
        InetAddress.ofLiteral(source),
        InetAddress.ofLiteral(destination),
        UDP,
        sourcePort,
        destinationPort);
  }

  private static Message listed(String payload) {
    return message(Hex.bytes(payload));
  }

  private static Message message(byte[] payload) {
    MessageWriter writer = new MessageWriter();
    writer.begin(ConntrackCodec.NEW, 2, 1).putFixedHeader(payload).end();
    return new MessageReader(writer.toByteArray()).iterator().next();
  }

  private static void assertBytes(Consumer<MessageWriter> content, String expected) {
    MessageWriter writer = new MessageWriter();
    writer.begin(ConntrackCodec.DELETE, 0, 0);
    content.accept(writer);
    byte[] message = writer.end().toByteArray();
    byte[] payload = Arrays.copyOfRange(message, 16, message.length);
    assertThat(Hex.dump(payload)).isEqualTo(Hex.dump(Hex.bytes(expected)));
  }
}
