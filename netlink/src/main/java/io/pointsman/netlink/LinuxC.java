package io.pointsman.netlink;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * The functions of the C library that sockets need, bound directly (no proxy, no per-call lookup).
 *
 * <p>Each returns -1 on failure; {@link Native#getLastError} has the reason, kept per thread.
 * {@code size_t} and {@code ssize_t} are {@code long}, which {@link #load} checks. Constants are
 * those of {@code asm-generic/socket.h}, {@code linux/socket.h}, {@code linux/in.h} and {@code
 * linux/netlink.h}.
 */
final class LinuxC {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int IPPROTO_IP = 0;
  static final int IPPROTO_IPV6 = 41;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SOL_NETLINK = 270;
  static final int NETLINK_ADD_MEMBERSHIP = 1;
  static final int NETLINK_CAP_ACK = 10;
  static final int NETLINK_EXT_ACK = 11;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int POLLIN = 1;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  private LinuxC() {}

  /**
   * Binds the functions. The first call in a process unpacks and loads JNA's native library, which
   * takes about 0.1 s; the following ones do nothing.
   *
   * @throws UnsupportedOperationException if this is not 64-bit Linux
   */
  static void load() {
    if (!Platform.isLinux()) {
      throw new UnsupportedOperationException(
          "netlink exists on Linux only, this is %s: run the program on a Linux node"
              .formatted(System.getProperty("os.name", "unknown")));
    }
    if (!Platform.is64Bit()) {
      throw new UnsupportedOperationException(
          "%s is a 32-bit platform, the netlink sockets need a 64-bit one"
              .formatted(Platform.RESOURCE_PREFIX));
    }
    Binding.ensure();
  }

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, Pointer address, int length);

  static native int getsockname(int fd, Pointer address, Pointer length);

  static native int setsockopt(int fd, int level, int option, Pointer value, int length);

  static native int getsockopt(int fd, int level, int option, Pointer value, Pointer length);

  static native long send(int fd, Pointer buffer, long length, int flags);

  static native long recv(int fd, Pointer buffer, long length, int flags);

  static native int poll(Pointer descriptors, long count, int timeoutMillis);

  static native int eventfd(int initial, int flags);

  static native long write(int fd, Pointer buffer, long length);

  static native int close(int fd);

  /** Initialised once by the virtual machine, which is what makes {@link #load} idempotent. */
  private static final class Binding {
    static {
      // The process itself, not a file name: glibc and musl name their libraries differently.
      Native.register(LinuxC.class, NativeLibrary.getProcess());
    }

    static void ensure() {}
  }
}
