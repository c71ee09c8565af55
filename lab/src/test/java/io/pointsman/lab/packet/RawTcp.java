package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** TCP headers (RFC 9293) sent and seen as they are, without a connection. */
final class RawTcp implements AutoCloseable {
  static final int SYN = 0x02;
  static final int ACK = 0x10;
  private static final int SOCK_RAW = 3;
  private static final int TCP = 6;
  private static final int HEADER = 20;

  private final int fd;
  private final IpFamily family;

  /** Opens a socket in the namespace of the calling thread. */
  RawTcp(IpFamily family) {
    this.family = family;
    this.fd =
        Libc.socket(
            family == IpFamily.IPV6 ? Libc.AF_INET6 : Libc.AF_INET,
            SOCK_RAW | Libc.SOCK_CLOEXEC,
            TCP);
    if (fd < 0) {
      throw new IllegalStateException("cannot open a raw socket (errno " + Libc.errno() + ")");
    }
  }

  /** Sends a header with these flags and nothing behind it. */
  void send(IpAddress from, IpAddress to, int fromPort, int toPort, int flags) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putShort((short) fromPort).putShort((short) toPort).putInt(1).putInt(1);
    header.put((byte) ((HEADER / 4) << 4)).put((byte) flags).putShort((short) 1000);
    header.putShort(16, checksum(from, to, header.array()));
    byte[] name = new SocketName(to, 0).encode();
    if (Libc.connect(fd, name, name.length) < 0
        || Libc.send(fd, header.array(), HEADER, Libc.MSG_NOSIGNAL) < 0) {
      throw new IllegalStateException("cannot send to " + to + " (errno " + Libc.errno() + ")");
    }
  }

  /** The ones' complement sum over pseudo header and header (RFC 9293 3.1, RFC 8200 8.1). */
  private static short checksum(IpAddress from, IpAddress to, byte[] header) {
    ByteBuffer all = ByteBuffer.allocate(2 * 16 + 8 + HEADER);
    all.put(from.bytes()).put(to.bytes()).putInt(HEADER).putInt(TCP).put(header);
    int sum = 0;
    for (int i = 0; i < all.position(); i += 2) {
      sum += all.getShort(i) & 0xffff;
    }
    sum = (sum >>> 16) + (sum & 0xffff);
    sum += sum >>> 16;
    return (short) ~sum;
  }

  /** Waits for the next header to this port; its source port, or -1 when none comes in a while. */
  int next(int toPort, int patienceMillis) {
    byte[] packet = new byte[256];
    while (true) {
      if (Libc.poll(new int[] {fd, Libc.POLLIN}, 1, patienceMillis) <= 0) {
        return -1;
      }
      long length = Libc.recv(fd, packet, packet.length, 0);
      // IPv4 comes with its header, IPv6 without.
      int start = family == IpFamily.IPV4 ? (packet[0] & 0x0f) * 4 : 0;
      ByteBuffer tcp = ByteBuffer.wrap(Arrays.copyOf(packet, (int) length));
      if ((tcp.getShort(start + 2) & 0xffff) == toPort) {
        return tcp.getShort(start) & 0xffff;
      }
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
