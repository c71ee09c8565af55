package io.pointsman.lab;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.Manifests;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.model.Service;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Objects on an API server of the agent's own, which it lists and watches over HTTP. */
final class ServedFeed implements ObjectFeed {
  private static final long LIMIT_SECONDS = 20;

  private final String nodeName;
  private final ApiServer server;
  private final ClusterSource source;
  private ClusterObjects served = ClusterObjects.of(List.of());
  private ClusterSnapshot expected = ClusterSnapshot.empty();
  private ClusterSnapshot heard = ClusterSnapshot.empty();
  private long sent;

  /** Starts the server in the network namespace of the calling thread. */
  ServedFeed(String nodeName, ClusterObjects objects) {
    this.nodeName = nodeName;
    this.server = ApiServer.start();
    this.source = new ApiServerSource(ApiClient.ofUrl(server.url()), nodeName, new Random(1));
    publish(objects);
  }

  @Override
  public void start(Listener listener) {
    source.start(
        new RelayingListener(listener) {
          @Override
          public void events(List<ClusterEvent> events) {
            hear(events);
            super.events(events);
          }
        });
  }

  private synchronized void hear(List<ClusterEvent> events) {
    for (ClusterEvent event : events) {
      heard = heard.apply(ageless(event));
    }
    sent += events.size();
    notifyAll();
  }

  /** The server dates what it is given; manifests have no date. */
  private static ClusterEvent ageless(ClusterEvent event) {
    return event instanceof ClusterEvent.ServiceSet(Service service)
        ? new ClusterEvent.ServiceSet(service.withCreated(Instant.EPOCH))
        : event;
  }

  @Override
  public void publish(ClusterObjects objects) {
    ClusterSnapshot next = ClusterSnapshot.empty();
    for (ClusterEvent event : ManifestFeed.read(objects).since(Manifests.EMPTY, nodeName)) {
      next = next.apply(ageless(event));
    }
    synchronized (this) {
      expected = next;
      serve(objects);
    }
  }

  /** Makes these all the objects on the server, by one change for each that differs. */
  private void serve(ClusterObjects objects) {
    for (Manifest manifest : objects.manifests()) {
      server.put(manifest.json());
    }
    served
        .without(objects.byKey().keySet())
        .manifests()
        .forEach(gone -> server.delete(ObjectRef.of(gone.json())));
    served = objects;
  }

  @Override
  public synchronized long awaitDelivered() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!heard.equals(expected)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new LabException(
            "the agent on "
                + nodeName
                + " has heard of "
                + heard
                + " from its API server within "
                + LIMIT_SECONDS
                + " s, not of "
                + expected);
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
    server.close();
  }
}
