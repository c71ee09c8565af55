package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.Notifications;
import java.io.IOException;
import java.time.Duration;

/**
 * Tells whether somebody else changed our table, by the kernel's notifications. What others do to
 * tables of their own costs a glance at each message, at most a buffer full of them a look.
 */
final class ForeignChanges implements AutoCloseable {
  /** Our own commits are told, too: those of ten thousand Services fit. */
  private static final int RECEIVE_BUFFER = 16 << 20;

  private static final int NEWGEN = Batch.NFTABLES << 8 | 15;
  private static final int NFGENMSG = 4;

  /** NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, …: first in each message but the generation's. */
  private static final int TABLE_ATTRIBUTE = 1;

  private final Notifications notifications;
  private final int protocolFamily;
  private final int ownPortId;
  private boolean seen;

  /**
   * Listens from now on, in the network namespace of the calling thread.
   *
   * @param ownPortId of the socket that our commits are made with
   */
  ForeignChanges(IpFamily family, int ownPortId) throws IOException {
    this.notifications = Notifications.ofNftables(RECEIVE_BUFFER);
    this.protocolFamily = BatchWriter.protocolFamily(family);
    this.ownPortId = ownPortId;
  }

  /**
   * Whether there was a change since the last call, or may have been one because notifications were
   * lost.
   */
  boolean any() throws IOException {
    seen = false;
    while (true) {
      switch (notifications.next(Duration.ZERO, this::look)) {
        case MESSAGES -> {}
        case LOST -> seen = true;
        case NOTHING, CLOSED -> {
          return seen;
        }
      }
    }
  }

  private void look(Message message) {
    if (seen
        || message.type() == NEWGEN
        || message.portId() == ownPortId
        || message.u8(0) != protocolFamily) {
      return;
    }
    Attributes attributes = message.attributes(NFGENMSG);
    seen =
        attributes.next()
            && attributes.type() == TABLE_ATTRIBUTE
            && attributes.string().equals(Ruleset.TABLE);
  }

  @Override
  public void close() {
    notifications.close();
  }
}
