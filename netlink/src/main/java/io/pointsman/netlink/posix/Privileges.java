package io.pointsman.netlink.posix;

/** What this process may do. */
public final class Privileges {
  private Privileges() {}

  /** Whether the effective user is root. */
  public static boolean isRoot() {
    return NativePosix.get().geteuid() == 0;
  }
}
