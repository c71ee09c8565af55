package io.pointsman.agent.health;

import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.model.Node;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Everything that health is judged by, and what is told beside it.
 *
 * @param patience how long a change may wait for the kernel before the proxy counts as unhealthy
 * @param nodeExpected an unseen Node makes this node ineligible for traffic
 * @param synced the source has delivered its first complete picture
 * @param node the Node as last seen; its deletion changes nothing, as kube-proxy has it
 * @param unseen resources whose changes cannot be seen at present, by their plurals
 * @param unreadable objects that are served as they last could be read, or not at all; this proxy's
 *     health does not hang on them, as no other proxy could read them either
 * @param families the families that are served
 */
public record HealthState(
    Duration patience,
    boolean nodeExpected,
    boolean synced,
    Optional<Node> node,
    Set<String> unseen,
    Set<UnreadableObject> unreadable,
    Map<IpFamily, FamilyHealth> families) {
  public HealthState {
    unseen = Collections.unmodifiableSet(new TreeSet<>(unseen));
    unreadable = Collections.unmodifiableSet(new TreeSet<>(unreadable));
    families = Collections.unmodifiableMap(new EnumMap<>(families));
  }

  /** A proxy that starts now; it counts as healthy until something has waited too long. */
  public static HealthState starting(
      Set<IpFamily> families, Duration patience, boolean nodeExpected, Instant now) {
    Map<IpFamily, FamilyHealth> all = new EnumMap<>(IpFamily.class);
    families.forEach(family -> all.put(family, FamilyHealth.starting(now)));
    return new HealthState(
        patience, nodeExpected, false, Optional.empty(), Set.of(), Set.of(), all);
  }

  /** After the source handed in events. */
  public HealthState queued(List<ClusterEvent> events, Instant now) {
    Optional<Node> newest = node;
    for (ClusterEvent event : events) {
      if (event instanceof ClusterEvent.NodeSet(Node changed)) {
        newest = Optional.of(changed);
      }
    }
    return new HealthState(
        patience,
        nodeExpected,
        synced,
        newest,
        unseen,
        unreadable,
        each(family -> family.queued(events.size(), synced, now)));
  }

  /** After the source was complete for the first time: from now on the kernel is behind. */
  public HealthState sourceSynced(Instant now) {
    return new HealthState(
        patience,
        nodeExpected,
        true,
        node,
        unseen,
        unreadable,
        each(family -> family.queued(0, true, now)));
  }

  /** After the source lost or regained sight of resources. */
  public HealthState unseen(Set<String> resources) {
    return new HealthState(patience, nodeExpected, synced, node, resources, unreadable, families);
  }

  /** After other objects of the source could not be read. */
  public HealthState unreadable(Set<UnreadableObject> objects) {
    return new HealthState(patience, nodeExpected, synced, node, unseen, objects, families);
  }

  /** After a sync of one family. */
  public HealthState after(SyncReport report, Instant now) {
    Map<IpFamily, FamilyHealth> changed = new EnumMap<>(families);
    changed.computeIfPresent(report.family(), (family, health) -> health.after(report, now));
    return new HealthState(patience, nodeExpected, synced, node, unseen, unreadable, changed);
  }

  /** The same by a clock that is ahead by so much. */
  public HealthState shifted(Duration ahead) {
    return new HealthState(
        patience,
        nodeExpected,
        synced,
        node,
        unseen,
        unreadable,
        each(family -> family.shifted(ahead)));
  }

  private Map<IpFamily, FamilyHealth> each(UnaryOperator<FamilyHealth> change) {
    Map<IpFamily, FamilyHealth> changed = new EnumMap<>(families);
    changed.replaceAll((family, health) -> change.apply(health));
    return changed;
  }

  /** No family is too far behind. */
  public boolean isHealthy(Instant now) {
    return families.values().stream().allMatch(family -> family.isHealthy(patience, now));
  }

  /** For how long the oldest change of each family has waited for the kernel; zero if none does. */
  public Map<IpFamily, Duration> unapplied(Instant now) {
    Map<IpFamily, Duration> ages = new EnumMap<>(IpFamily.class);
    families.forEach((family, health) -> ages.put(family, health.unapplied(now)));
    return ages;
  }

  /** The node is not about to go away, so load balancers may choose it for new connections. */
  public boolean isNodeEligible() {
    return node.map(known -> !known.beingDeleted()).orElse(!nodeExpected);
  }

  /**
   * This proxy does its work: it sees all changes, all families hold a plan, and none is too far
   * behind.
   */
  public boolean isReady(Instant now) {
    return synced
        && unseen.isEmpty()
        && families.values().stream().allMatch(FamilyHealth::committed)
        && isHealthy(now);
  }

  Instant lastUpdated() {
    return families.values().stream()
        .map(FamilyHealth::lastUpdated)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }
}
