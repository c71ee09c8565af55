package io.pointsman.lab;

import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What an API server that others write to has for one agent. */
final class FollowedFeed implements ObjectFeed {
  private static final long LIMIT_SECONDS = 20;

  private final String nodeName;
  private final ApiClient api;
  private final ApiServerSource source;
  private boolean synced;
  private long sent;

  FollowedFeed(String nodeName, String url) {
    this.nodeName = nodeName;
    this.api = ApiClient.ofUrl(url);
    this.source = new ApiServerSource(api, nodeName, new Random(nodeName.hashCode()));
  }

  @Override
  public void start(Listener listener) {
    source.start(
        new RelayingListener(listener) {
          @Override
          public void events(List<ClusterEvent> events) {
            count(events.size(), false);
            super.events(events);
          }

          @Override
          public void synced() {
            super.synced();
            count(0, true);
          }
        });
  }

  private synchronized void count(int events, boolean all) {
    sent += events;
    synced |= all;
    notifyAll();
  }

  /** Refuses: the API server has other writers. */
  @Override
  public void publish(ClusterObjects objects) {
    throw new LabException("write to the API server itself, which the agent follows");
  }

  @Override
  public synchronized long awaitDelivered() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!synced) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new LabException(
            nodeName + " has not heard of all objects within " + LIMIT_SECONDS + " s");
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LabException("interrupted while the API server tells " + nodeName);
      }
    }
    return sent;
  }

  @Override
  public void close() {
    source.close();
    api.close();
  }
}
