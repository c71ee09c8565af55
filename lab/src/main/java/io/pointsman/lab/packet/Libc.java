package io.pointsman.lab.packet;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * Socket calls of libc. {@code long} stands for size_t and ssize_t, so this is for 64-bit machines;
 * numbers are those of {@code <sys/socket.h>}, {@code <linux/in.h>}, {@code <linux/in6.h>} and
 * {@code <asm-generic/errno.h>}.
 */
final class Libc {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_ERROR = 4;
  static final int SO_LINGER = 13;
  static final int IPPROTO_IP = 0;
  static final int IPPROTO_IPV6 = 41;
  static final int IP_RECVERR = 11;
  static final int IPV6_RECVERR = 25;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_ERRQUEUE = 0x2000;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EADDRINUSE = 98;
  static final int ECONNRESET = 104;
  static final int ECONNREFUSED = 111;
  static final int EINPROGRESS = 115;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int socket(int domain, int type, int protocol);

  static native int setsockopt(int fd, int level, int name, int[] value, int length);

  static native int getsockopt(int fd, int level, int name, int[] value, int[] length);

  static native int bind(int fd, byte[] address, int length);

  static native int connect(int fd, byte[] address, int length);

  static native int getsockname(int fd, byte[] address, int[] length);

  static native int poll(int[] entries, long count, int timeoutMillis);

  static native long send(int fd, byte[] bytes, long length, int flags);

  static native long recv(int fd, byte[] bytes, long length, int flags);

  static native long recvmsg(int fd, Pointer message, int flags);

  static native long sendmsg(int fd, Pointer message, int flags);

  static native int eventfd(int initial, int flags);

  static native long write(int fd, byte[] bytes, long length);

  static native int close(int fd);

  /** The error of this thread's last call. */
  static int errno() {
    return Native.getLastError();
  }
}
