package io.pointsman.netlink.posix;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** The POSIX functions, loaded at first use. */
final class NativePosix {
  private NativePosix() {}

  static POSIX get() {
    return Loaded.FUNCTIONS;
  }

  /** Initialised by the virtual machine when it is first asked for. */
  private static final class Loaded {
    static final POSIX FUNCTIONS = POSIXFactory.getNativePOSIX();
  }
}
