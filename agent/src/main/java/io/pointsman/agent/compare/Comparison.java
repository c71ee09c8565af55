package io.pointsman.agent.compare;

import java.util.List;

/**
 * How the kernel differs from the plan.
 *
 * @param mode name of the backend
 * @param families one entry for each family that was compared
 */
public record Comparison(String mode, List<OfFamily> families) {
  public Comparison {
    families = List.copyOf(families);
  }

  /** True when some family is not as it should be. */
  public boolean differs() {
    return !families.stream().allMatch(family -> family.differences().isEmpty());
  }

  /**
   * One family.
   *
   * @param family {@code IPv4} or {@code IPv6}
   * @param differences a line for each object that is missing, changed or foreign; empty when the
   *     kernel is as planned
   */
  public record OfFamily(String family, List<String> differences) {
    public OfFamily {
      differences = List.copyOf(differences);
    }
  }

  /** As lines of text. */
  public String print() {
    StringBuilder text = new StringBuilder();
    for (OfFamily family : families) {
      int count = family.differences().size();
      text.append(family.family())
          .append(": ")
          .append(
              count == 0
                  ? "the kernel holds the rules of mode " + mode + " as planned"
                  : count + (count == 1 ? " difference" : " differences") + " in mode " + mode)
          .append('\n');
      family.differences().forEach(line -> text.append("  ").append(line).append('\n'));
    }
    return text.toString();
  }
}
