package io.pointsman.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** One watch request, from its opening to its end, as batches of changes for one reader. */
final class WatchStream<T extends HasMetadata> implements Watcher<T> {
  /** The server ends the watch after this time, spread so that watches do not end in step. */
  private static final long SHORTEST_SECONDS = 300;

  /** How much later than agreed the end may come before the connection counts as dead. */
  private static final long GRACE_SECONDS = 30;

  private static final int LARGEST_BATCH = 1_000;

  private final WatchedKind<T> kind;
  private final long seconds;
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final Change end = new Change(new ObjectName("", ""), Optional.empty(), "", true);
  private volatile boolean versionGone;
  private boolean ended;

  /**
   * @param name the object
   * @param event how it reads now; empty when it is gone or must not be seen
   * @param version the version to resume from; may be empty
   * @param bookmark true when only the version matters
   */
  record Change(ObjectName name, Optional<ClusterEvent> event, String version, boolean bookmark) {}

  WatchStream(WatchedKind<T> kind, RandomGenerator random) {
    this.kind = kind;
    this.seconds = SHORTEST_SECONDS + random.nextLong(SHORTEST_SECONDS);
  }

  /**
   * Opens the watch from a version on.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when the server refuses it
   */
  Watch open(WatchedKind.Query<T> query, String version) {
    return query
        .operation()
        .watch(
            new ListOptionsBuilder()
                .withResourceVersion(version)
                .withAllowWatchBookmarks(true)
                .withTimeoutSeconds(seconds)
                .build(),
            this);
  }

  /** Waits for changes and returns all that are there; empty once the watch has ended. */
  List<Change> next() throws InterruptedException {
    List<Change> batch = new ArrayList<>();
    if (ended) {
      return batch;
    }
    Change first = changes.poll(seconds + GRACE_SECONDS, TimeUnit.SECONDS);
    if (first != null) {
      batch.add(first);
      changes.drainTo(batch, LARGEST_BATCH);
    }
    ended = batch.removeIf(change -> change == end) || first == null;
    return batch;
  }

  /** True when the watch ended because the server no longer knows the version. */
  boolean versionGone() {
    return versionGone;
  }

  @Override
  public void eventReceived(Action action, T object) {
    String version = ObjectConverter.text(object.getMetadata().getResourceVersion());
    switch (action) {
      case ADDED, MODIFIED ->
          changes.add(new Change(kind.nameOf(object), kind.set().apply(object), version, false));
      case DELETED ->
          changes.add(new Change(kind.nameOf(object), Optional.empty(), version, false));
      case BOOKMARK -> changes.add(new Change(end.name(), Optional.empty(), version, true));
      case ERROR -> changes.add(end);
    }
  }

  @Override
  public void onClose() {
    changes.add(end);
  }

  @Override
  public void onClose(WatcherException cause) {
    versionGone = cause.isHttpGone();
    changes.add(end);
  }
}
