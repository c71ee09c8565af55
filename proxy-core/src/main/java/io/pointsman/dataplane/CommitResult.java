package io.pointsman.dataplane;

import io.pointsman.model.ObjectName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    /** {@code EINVAL} and the like, as errno(3) names them, at the start of a reason. */
    private static final Pattern ERRNO = Pattern.compile("^(E[A-Z0-9]+)\\b.*", Pattern.DOTALL);

    /** The kernel's error by its name; empty when only a tool's words are known. */
    public Optional<String> errno() {
      Matcher name = ERRNO.matcher(reason);
      return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }

    @Override
    public String toString() {
      return object + service.map(name -> " (Service " + name + ")").orElse("") + ": " + reason;
    }
  }
}
