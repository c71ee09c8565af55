package io.pointsman.agent.compare;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Compares the kernel of the calling thread's network namespace with plans. */
public final class Comparer {
  /** Syncs go on meanwhile; a cluster in which no two readings agree is in a storm. */
  private static final int MOST_READINGS = 5;

  private final Backend backend;
  private final Function<IpFamily, Optional<FamilyPlan>> plans;

  /**
   * @param plans the plan of each family now; empty for a family that is not served
   */
  public Comparer(Backend backend, Function<IpFamily, Optional<FamilyPlan>> plans) {
    this.backend = backend;
    this.plans = plans;
  }

  private record Reading(FamilyPlan plan, List<String> lines) {
    boolean agrees(Reading other) {
      return plan == other.plan && lines.equals(other.lines);
    }
  }

  /**
   * The comparison.
   *
   * @throws DataplaneException when the kernel cannot be read
   * @throws IllegalArgumentException when there is nothing to compare with, or it never rests
   */
  public Comparison compare() throws DataplaneException {
    List<Comparison.OfFamily> families = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      if (plans.apply(family).isPresent()) {
        families.add(new Comparison.OfFamily(family.toString(), differences(family)));
      }
    }
    if (families.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is programmed yet: the source of Services has not been read; ask again soon, or"
              + " see the agent's log");
    }
    return new Comparison(backend.mode(), families);
  }

  /** A difference that a second reading does not find again was a sync under way. */
  private List<String> differences(IpFamily family) throws DataplaneException {
    Reading last = read(family);
    for (int i = 1; i < MOST_READINGS && !last.lines().isEmpty(); i++) {
      Reading next = read(family);
      if (next.agrees(last)) {
        return next.lines();
      }
      last = next;
    }
    if (last.lines().isEmpty()) {
      return List.of();
    }
    throw new IllegalArgumentException(
        family
            + ": the rules changed between "
            + MOST_READINGS
            + " readings; ask again when fewer Services change");
  }

  private Reading read(IpFamily family) throws DataplaneException {
    FamilyPlan plan =
        plans
            .apply(family)
            .orElseThrow(() -> new IllegalArgumentException(family + " is not served any more"));
    try (Dataplane dataplane = backend.open(family)) {
      dataplane.prepare(plan);
      return new Reading(plan, dataplane.drift());
    }
  }
}
