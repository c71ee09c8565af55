package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.netlink.nfnetlink.Notifications;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Tells whether somebody else changed our tables in one network namespace, by the kernel's
 * notifications. What others do to tables of their own costs a glance at each message, at most a
 * buffer full of them a look.
 *
 * <p>While anybody listens, the kernel makes a message of 4 KB for each object that a transaction
 * touches, and keeps them all until its end (nf_tables_setelem_notify(), nft_commit_notify()): two
 * gigabytes for 100,000 Services. So the dataplanes of both families share an ear, and shut it
 * during large transactions. That the generation then has moved by one shows that nobody else wrote
 * meanwhile.
 */
final class ForeignChanges {
  private static final int RECEIVE_BUFFER = 16 << 20;
  private static final int NEWGEN = Batch.NFTABLES << 8 | 15;
  private static final int GENERATION_ATTRIBUTE = 1;
  private static final int NFGENMSG = 4;

  /** NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, …: first in each message but the generation's. */
  private static final int TABLE_ATTRIBUTE = 1;

  private final Set<Integer> ownPorts = new HashSet<>();
  private final Set<IpFamily> disturbed = EnumSet.noneOf(IpFamily.class);
  private Optional<Notifications> ear = Optional.empty();

  /** The generation up to which all changes are known to be ours, or were told. */
  private OptionalInt known = OptionalInt.empty();

  /** A socket whose commits are ours. */
  synchronized void enter(BatchSocket socket) {
    ownPorts.add(socket.portId());
  }

  synchronized void leave(BatchSocket socket) {
    ownPorts.remove(socket.portId());
    if (ownPorts.isEmpty()) {
      shut();
      disturbed.clear();
      known = OptionalInt.empty();
    }
  }

  /**
   * Whether there was a change to the family's table since the last call, or may have been one.
   *
   * @param socket asked for the generation; the ear opens in the network namespace of the calling
   *     thread
   */
  synchronized boolean any(IpFamily family, BatchSocket socket) throws IOException {
    listen(socket);
    hear();
    return disturbed.remove(family);
  }

  /**
   * Shuts the ear for a transaction of the family.
   *
   * @return the generation up to which nobody else's changes are unknown
   */
  synchronized OptionalInt shutFor(IpFamily family) throws IOException {
    hear();
    shut();
    disturbed.remove(family);
    return known;
  }

  /**
   * The family's table is being read in this generation, with the ear shut. Whatever came before
   * without being told may have been about the other family.
   */
  synchronized void reading(IpFamily family, int generation) {
    if (known.isPresent() && known.getAsInt() != generation) {
      disturbed.addAll(EnumSet.complementOf(EnumSet.of(family)));
    }
    known = OptionalInt.of(generation);
  }

  /**
   * A transaction with the ear shut is over.
   *
   * @param committed it was one transaction, made in the known generation
   */
  synchronized void written(boolean committed) {
    known =
        committed && known.isPresent()
            ? OptionalInt.of(following(known.getAsInt()))
            : OptionalInt.empty();
  }

  /** As nf_tables_commit() counts: zero is left out. */
  private static int following(int generation) {
    return generation == -1 ? 1 : generation + 1;
  }

  /** Opens the ear; both tables are in doubt when the generation is not the one that we know. */
  synchronized void listen(BatchSocket socket) throws IOException {
    if (ear.isPresent()) {
      return;
    }
    ear = Optional.of(Notifications.ofNftables(RECEIVE_BUFFER));
    int now = socket.generation();
    if (known.isEmpty() || known.getAsInt() != now) {
      disturbed.addAll(EnumSet.allOf(IpFamily.class));
    }
    known = OptionalInt.of(now);
  }

  private void hear() throws IOException {
    while (ear.isPresent()) {
      switch (ear.get().next(Duration.ZERO, this::judge)) {
        case MESSAGES -> {}
        case LOST -> {
          disturbed.addAll(EnumSet.allOf(IpFamily.class));
          known = OptionalInt.empty();
        }
        case NOTHING, CLOSED -> {
          return;
        }
      }
    }
  }

  private void judge(Message message) {
    if (message.type() == NEWGEN) {
      Attributes attributes = message.attributes(NFGENMSG);
      if (attributes.next() && attributes.type() == GENERATION_ATTRIBUTE) {
        known = OptionalInt.of(attributes.u32Be());
      }
      return;
    }
    for (IpFamily family : IpFamily.values()) {
      if (message.u8(0) == BatchWriter.protocolFamily(family)
          && !ownPorts.contains(message.portId())
          && isOurTable(message)) {
        disturbed.add(family);
      }
    }
  }

  private static boolean isOurTable(Message message) {
    Attributes attributes = message.attributes(NFGENMSG);
    return attributes.next()
        && attributes.type() == TABLE_ATTRIBUTE
        && attributes.string().equals(Ruleset.TABLE);
  }

  private void shut() {
    ear.ifPresent(Notifications::close);
    ear = Optional.empty();
  }
}
