package io.pointsman.netlink.nfnetlink;

import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageType;
import io.pointsman.netlink.codec.NetlinkError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's answers to one batch, and what they add up to. */
final class CommitAnswers {
  private static final int BEGIN_SEQUENCE = 0;

  private final int endSequence;
  private final List<NetlinkError> errors = new ArrayList<>();
  private boolean acknowledged;
  private Optional<String> loss = Optional.empty();

  CommitAnswers(int endSequence) {
    this.endSequence = endSequence;
  }

  void take(byte[] datagram) {
    for (Message message : new MessageReader(datagram)) {
      if (message.type() == MessageType.ERROR) {
        take(NetlinkError.parse(message));
      }
    }
  }

  private void take(NetlinkError answer) {
    if (!answer.isAcknowledgement()) {
      errors.add(answer);
    } else if (answer.sequence() == endSequence) {
      acknowledged = true;
    }
  }

  /** Answers got lost; the first reason counts. */
  void lost(String reason) {
    loss = loss.or(() -> Optional.of(reason));
  }

  /** Whether nothing at all was said. */
  boolean isSilent() {
    return errors.isEmpty() && !acknowledged && loss.isEmpty();
  }

  /**
   * An error is proof of a rollback even if others are missing. An acknowledgement is proof of
   * success only if no error can be missing: the end is acknowledged in either case.
   */
  CommitResult result() {
    if (errors.stream().anyMatch(CommitAnswers::isStale)) {
      return new CommitResult.Stale();
    }
    if (!errors.isEmpty()) {
      return new CommitResult.Rejected(errors, loss.isEmpty());
    }
    return loss.<CommitResult>map(CommitResult.Unknown::new).orElseGet(CommitResult.Committed::new);
  }

  private static boolean isStale(NetlinkError error) {
    return error.sequence() == BEGIN_SEQUENCE && error.errno().equals(Errno.ERESTART);
  }
}
