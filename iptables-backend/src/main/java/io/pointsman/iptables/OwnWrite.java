package io.pointsman.iptables;

import java.util.Optional;

/**
 * The last change that any dataplane of one backend made, as the marks before and after it: all of
 * nf_tables bear one mark, so that each family sees what the other writes.
 */
final class OwnWrite {
  private Optional<TableStamp.Mark> from = Optional.empty();
  private Optional<TableStamp.Mark> to = Optional.empty();

  synchronized void made(Optional<TableStamp.Mark> before, Optional<TableStamp.Mark> after) {
    from = before;
    to = after;
  }

  /** Whether it alone led from the one mark to the other; both are there. */
  synchronized boolean explains(Optional<TableStamp.Mark> before, Optional<TableStamp.Mark> after) {
    return from.isPresent() && from.equals(before) && to.equals(after);
  }
}
