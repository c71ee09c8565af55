package io.pointsman.netlink.posix;

/** What is behind a file descriptor. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether a person sits at the other end.
   *
   * @param descriptor 0 standard input, 1 standard output, 2 standard error
   */
  public static boolean isInteractive(int descriptor) {
    return NativePosix.get().isatty(descriptor) == 1;
  }
}
