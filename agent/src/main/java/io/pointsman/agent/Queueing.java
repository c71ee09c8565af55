package io.pointsman.agent;

import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.model.Service;
import io.pointsman.reconcile.Reconciler;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a source finds to those whom it concerns; nothing here waits. */
final class Queueing implements ClusterSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Queueing.class);

  private final AdminServers servers;
  private final Reconciler reconciler;
  private final boolean externalIps;

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
}
