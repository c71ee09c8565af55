package io.pointsman.agent.status;

import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.metrics.Build;
import io.pointsman.agent.metrics.Traffic;
import io.pointsman.dataplane.Inventory;
import io.pointsman.net.IpFamily;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that the status page shows.
 *
 * @param build this program
 * @param node the node's name
 * @param mode name of the backend
 * @param started when it was started
 * @param now when it was asked
 * @param health what health is judged by
 * @param board the plans and the last syncs
 * @param inventories what the kernel holds
 * @param counts whether this mode counts connections by Service
 * @param traffic the kernel's counts, if they have been read
 * @param settings the configuration in effect, for people
 * @param wish what of it was asked for
 */
public record View(
    Build build,
    String node,
    String mode,
    Instant started,
    Instant now,
    HealthState health,
    Board board,
    Map<IpFamily, Inventory> inventories,
    boolean counts,
    Optional<Traffic> traffic,
    Map<String, String> settings,
    Wish wish) {
  /**
   * A part of the Services.
   *
   * @param search only those that hold this text; all when empty
   * @param page from 1
   */
  public record Wish(String search, int page) {
    /** From the fields of a form; what makes no sense asks for the first page. */
    public static Wish of(Optional<String> search, Optional<String> page) {
      return new Wish(
          search.orElse("").strip(),
          page.filter(text -> text.matches("[0-9]{1,6}"))
              .map(Integer::parseInt)
              .filter(number -> number > 0)
              .orElse(1));
    }
  }
}
