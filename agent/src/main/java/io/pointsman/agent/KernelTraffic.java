package io.pointsman.agent;

import io.pointsman.agent.metrics.Traffic;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Hits;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the kernel's counts when somebody asks, and not more often than the kernel should be asked.
 * For one thread, in the network namespace of the rules.
 */
final class KernelTraffic {
  /** What is younger is told again: a reading costs time in proportion to the Services. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final Backend backend;
  private final InstantSource clock;
  private Optional<Traffic> last = Optional.empty();
  private boolean possible = true;

  KernelTraffic(Backend backend, InstantSource clock) {
    this.backend = backend;
    this.clock = clock;
  }

  /** False once this mode was found not to count. */
  boolean isPossible() {
    return possible;
  }

  /** The last reading, if there was any. */
  Optional<Traffic> last() {
    return last;
  }

  /**
   * A reading that is at most ten seconds old.
   *
   * @param plans by which destinations are told to belong to Services
   * @return empty when this mode does not count
   * @throws DataplaneException when the kernel could not be read
   */
  Optional<Traffic> read(Map<IpFamily, FamilyPlan> plans) throws DataplaneException {
    Instant now = clock.instant();
    if (last.filter(traffic -> isFresh(traffic, now)).isPresent()) {
      return last;
    }
    Map<IpFamily, Map<ServicePortName, Hits>> ports = new EnumMap<>(IpFamily.class);
    for (Map.Entry<IpFamily, FamilyPlan> plan : plans.entrySet()) {
      Optional<Map<Destination, Hits>> hits = backend.hits(plan.getKey());
      if (hits.isEmpty()) {
        possible = false;
        return Optional.empty();
      }
      ports.put(plan.getKey(), Traffic.of(plan.getValue(), hits.get()));
    }
    last = Optional.of(new Traffic(now, ports));
    return last;
  }

  /** One from the future was read before the clock was set back. */
  private static boolean isFresh(Traffic traffic, Instant now) {
    return !now.isBefore(traffic.at()) && now.isBefore(traffic.at().plus(FRESH));
  }
}
