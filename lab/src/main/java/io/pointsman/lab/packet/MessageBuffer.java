package io.pointsman.lab.packet;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * One {@code struct msghdr} with room for an address, a payload and control messages, laid out as
 * on 64-bit Linux, for recvmsg and sendmsg. Not for use by two threads at once.
 */
final class MessageBuffer {
  private static final int PAYLOAD = 2048;
  private static final int CONTROL = 512;
  private static final int HEADER = 56;

  private final Memory header = new Memory(HEADER);
  private final Memory vector = new Memory(16);
  private final Memory name = new Memory(SocketName.LONGEST);
  private final Memory payload = new Memory(PAYLOAD);
  private final Memory control = new Memory(CONTROL);

  MessageBuffer() {
    header.clear();
    control.clear();
    vector.setPointer(0, payload);
    header.setPointer(0, name);
    header.setPointer(16, vector);
    header.setLong(24, 1);
    header.setPointer(32, control);
  }

  /** Receives one message; the number of bytes, or -1 with the error in errno. */
  int receive(int fd, int flags) {
    header.setInt(8, SocketName.LONGEST);
    header.setLong(40, CONTROL);
    header.setInt(48, 0);
    vector.setLong(8, PAYLOAD);
    return (int) Libc.recvmsg(fd, header, flags);
  }

  /** Sends a payload to where the last message came from, with the control messages it had. */
  void answer(int fd, byte[] bytes) {
    payload.write(0, bytes, 0, bytes.length);
    vector.setLong(8, bytes.length);
    header.setInt(48, 0);
    Libc.sendmsg(fd, header, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
  }

  String text(int length) {
    return new String(payload.getByteArray(0, length), StandardCharsets.UTF_8);
  }

  SocketName sender() {
    return SocketName.decode(name.getByteArray(0, SocketName.LONGEST));
  }

  /** Something to do with a control message: its level, its type, and its data. */
  interface ControlVisitor {
    void control(int level, int type, Pointer data);
  }

  /** Visits each {@code struct cmsghdr} of the last message. */
  void controls(ControlVisitor visitor) {
    long length = header.getLong(40);
    long at = 0;
    while (at + 16 <= length) {
      long size = control.getLong(at);
      if (size < 16) {
        return;
      }
      visitor.control(control.getInt(at + 8), control.getInt(at + 12), control.share(at + 16));
      at += (size + 7) & ~7L;
    }
  }
}
