package io.pointsman.lab;

import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Set;

/** Passes on all that a source tells; a feed overrides what it has to know itself. */
abstract class RelayingListener implements ClusterSource.Listener {
  private final ClusterSource.Listener listener;

  RelayingListener(ClusterSource.Listener listener) {
    this.listener = listener;
  }

  @Override
  public void events(List<ClusterEvent> events) {
    listener.events(events);
  }

  @Override
  public void synced() {
    listener.synced();
  }

  @Override
  public void failing(String message) {
    listener.failing(message);
  }

  @Override
  public void recovered() {
    listener.recovered();
  }

  @Override
  public void unseen(Set<String> resources) {
    listener.unseen(resources);
  }

  @Override
  public void unreadable(Set<UnreadableObject> objects) {
    listener.unreadable(objects);
  }

  @Override
  public void eventsRefused(String message) {
    listener.eventsRefused(message);
  }

  @Override
  public void exchanged(ApiExchange exchange) {
    listener.exchanged(exchange);
  }
}
