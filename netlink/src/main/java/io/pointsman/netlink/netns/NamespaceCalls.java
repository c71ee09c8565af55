package io.pointsman.netlink.netns;

import com.sun.jna.Native;

/**
 * The four calls of libc that namespaces need. Constants are those of {@code <sched.h>} and {@code
 * <fcntl.h>}; they are the same on x86-64 and arm64.
 */
final class NamespaceCalls {
  static final int CLONE_NEWNET = 0x40000000;
  static final int O_CLOEXEC = 0x80000;

  static {
    Native.register(NamespaceCalls.class, "c");
  }

  private NamespaceCalls() {}

  static native int unshare(int flags);

  static native int setns(int fd, int type);

  static native int open(String path, int flags);

  static native int close(int fd);

  /** Passes a result on, or throws with what was tried, why it failed and what may help. */
  static int check(int result, String what) {
    if (result >= 0) {
      return result;
    }
    int errno = Native.getLastError();
    String reason =
        switch (errno) {
          case 1 -> "not permitted (EPERM); run as root, or with CAP_SYS_ADMIN";
          case 22 -> "the kernel has no network namespaces (EINVAL; needs CONFIG_NET_NS)";
          case 23, 24 -> "too many open files (errno " + errno + "); raise ulimit -n";
          case 28 -> "too many namespaces (ENOSPC); see /proc/sys/user/max_net_namespaces";
          default -> "errno " + errno;
        };
    throw new NamespaceException(what + ": " + reason);
  }
}
