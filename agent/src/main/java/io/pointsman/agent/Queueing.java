package io.pointsman.agent;

import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.model.Service;
import io.pointsman.reconcile.Reconciler;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a source finds to those whom it concerns; nothing here waits. */
final class Queueing implements ClusterSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Queueing.class);

  /** Of objects that become unreadable at one time. */
  private static final int MOST_LINES = 10;

  private final AdminServers servers;
  private final Reconciler reconciler;
  private final boolean externalIps;
  private Set<UnreadableObject> unreadable = Set.of();

  /**
   * @param externalIps whether {@code spec.externalIPs} are served
   */
  Queueing(AdminServers servers, Reconciler reconciler, boolean externalIps) {
    this.servers = servers;
    this.reconciler = reconciler;
    this.externalIps = externalIps;
  }

  @Override
  public void events(List<ClusterEvent> events) {
    List<ClusterEvent> served = served(events);
    servers.queued(served);
    reconciler.accept(served);
  }

  private List<ClusterEvent> served(List<ClusterEvent> events) {
    return externalIps ? events : events.stream().map(Queueing::withoutExternalIps).toList();
  }

  /** KEP-5707: without the feature gate, nothing is served on {@code spec.externalIPs}. */
  static ClusterEvent withoutExternalIps(ClusterEvent event) {
    return event instanceof ClusterEvent.ServiceSet(Service service)
        ? new ClusterEvent.ServiceSet(service.withoutExternalIps())
        : event;
  }

  @Override
  public void synced() {
    LOG.info("The source of Services has been read");
    servers.sourceSynced();
    reconciler.sourceSynced();
  }

  @Override
  public void failing(String message) {
    LOG.warn("{}", message);
  }

  @Override
  public void recovered() {
    LOG.info("The source of Services works again");
  }

  @Override
  public void eventsRefused(String message) {
    LOG.warn("{}", message);
  }

  @Override
  public void exchanged(ApiExchange exchange) {
    servers.exchanged(exchange);
  }

  @Override
  public void unseen(Set<String> resources) {
    servers.unseen(resources);
  }

  @Override
  public synchronized void unreadable(Set<UnreadableObject> objects) {
    newlyUnreadable(unreadable, objects).forEach(line -> LOG.warn("{}", line));
    List<String> well = recovered(unreadable, objects);
    if (!well.isEmpty()) {
      LOG.info("Can be read again, or gone: {}", String.join(", ", well));
    }
    servers.unreadable(objects);
    unreadable = objects;
  }

  /** A line for each that is new; of many at once for the first ones, with a sum of the others. */
  static List<String> newlyUnreadable(Set<UnreadableObject> before, Set<UnreadableObject> now) {
    List<String> lines =
        now.stream()
            .filter(object -> !before.contains(object))
            .sorted()
            .map(UnreadableObject::message)
            .toList();
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    return Stream.concat(
            lines.stream().limit(MOST_LINES),
            Stream.of(
                (lines.size() - MOST_LINES)
                    + " more objects cannot be read: the status page lists them"))
        .toList();
  }

  /** The titles of those that are no trouble any more. */
  static List<String> recovered(Set<UnreadableObject> before, Set<UnreadableObject> now) {
    Set<String> troubled = now.stream().map(UnreadableObject::title).collect(Collectors.toSet());
    return before.stream()
        .map(UnreadableObject::title)
        .filter(title -> !troubled.contains(title))
        .sorted()
        .toList();
  }
}
