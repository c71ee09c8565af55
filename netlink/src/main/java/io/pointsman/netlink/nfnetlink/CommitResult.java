package io.pointsman.netlink.nfnetlink;

import io.pointsman.netlink.codec.NetlinkError;
import java.util.List;

/** What became of a batch. */
public sealed interface CommitResult {
  /** All of it is applied. */
  record Committed() implements CommitResult {}

  /**
   * Nothing of it is applied.
   *
   * @param errors what the kernel objects to, in its order; a sequence number of 0 means the batch
   *     as a whole, as when validating the result fails. Not empty
   * @param complete false if further errors were lost because the receive buffer was full
   */
  record Rejected(List<NetlinkError> errors, boolean complete) implements CommitResult {
    /** Copies the list. */
    public Rejected {
      errors = List.copyOf(errors);
    }
  }

  /** Nothing of it is applied, as the ruleset is of another generation than it was built for. */
  record Stale() implements CommitResult {}

  /**
   * It may have been applied or not: read the ruleset to know.
   *
   * @param reason why, for people
   */
  record Unknown(String reason) implements CommitResult {}
}
