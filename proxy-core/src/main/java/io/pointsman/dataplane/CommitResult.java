package io.pointsman.dataplane;

import io.pointsman.model.ObjectName;
import java.util.List;
import java.util.Optional;

/** The outcome of one transaction. */
public sealed interface CommitResult {
  /**
   * The kernel holds the plan.
   *
   * @param objects how many rules, chains and elements were written or removed; 0 when the kernel
   *     already held the plan and was not touched
   */
  record Committed(int objects) implements CommitResult {}

  /** The kernel refused; it holds what it held before. */
  record Rejected(List<Refusal> refusals) implements CommitResult {
    public Rejected {
      refusals = List.copyOf(refusals);
    }
  }

  /** Whether the kernel took the transaction is not known; it must be read. */
  record Unknown(String reason) implements CommitResult {}

  /**
   * One object that the kernel refused.
   *
   * @param object our object, as the printer writes it, or the tool's words when it cannot be told
   * @param service the Service whose rules the object belongs to, when it belongs to one alone
   * @param reason the kernel's error and, where it gave one, its own message
   */
  record Refusal(String object, Optional<ObjectName> service, String reason) {
    @Override
    public String toString() {
      return object + service.map(name -> " (Service " + name + ")").orElse("") + ": " + reason;
    }
  }
}
