package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An address and port in the kernel's form: sockaddr_in of {@code <linux/in.h>} or sockaddr_in6 of
 * {@code <linux/in6.h>}. The family is in the machine's byte order, the port in network order.
 */
record SocketName(IpAddress address, int port) {
  static final int LONGEST = 28;

  byte[] encode() {
    boolean six = address.family() == IpFamily.IPV6;
    ByteBuffer bytes = ByteBuffer.allocate(six ? LONGEST : 16);
    bytes.order(ByteOrder.nativeOrder());
    bytes.putShort(0, (short) (six ? Libc.AF_INET6 : Libc.AF_INET));
    bytes.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port);
    address.put(bytes.array(), six ? 8 : 4);
    return bytes.array();
  }

  /** Reads either form; an IPv4 address mapped into IPv6 comes out as IPv4. */
  static SocketName decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int family = buffer.order(ByteOrder.nativeOrder()).getShort(0);
    int port = buffer.order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xffff;
    return new SocketName(
        family == Libc.AF_INET6
            ? unmapped(Arrays.copyOfRange(bytes, 8, 24))
            : IpAddress.ofBytes(Arrays.copyOfRange(bytes, 4, 8)),
        port);
  }

  private static IpAddress unmapped(byte[] bytes) {
    boolean mapped = bytes[10] == -1 && bytes[11] == -1;
    for (int i = 0; i < 10; i++) {
      mapped &= bytes[i] == 0;
    }
    return IpAddress.ofBytes(mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
  }
}
