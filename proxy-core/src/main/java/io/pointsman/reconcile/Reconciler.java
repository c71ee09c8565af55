package io.pointsman.reconcile;

import io.pointsman.dataplane.Dataplane;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.NodeContext;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the kernel as the cluster says.
 *
 * <p>Sources hand in events from any thread. The thread that calls {@link #run} owns everything
 * else: it folds what has arrived, plans and commits each family, and reports. Nothing is written
 * before the source has said that its first picture is complete; until then what has arrived is
 * planned and compiled already, as it arrives. A sync that fails is repeated after a growing wait,
 * or earlier with the next event; since it starts from the current state each time, nothing is
 * lost. Every now and then it looks whether somebody else touched the rules, and repairs them.
 */
public final class Reconciler implements AutoCloseable {
  private sealed interface Message {
    record Events(List<ClusterEvent> events, long arrived) implements Message {}

    record Synced() implements Message {}

    record Again() implements Message {}

    record Stop() implements Message {}
  }

  private static final long NEVER = Duration.ofDays(1).toNanos();

  private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final List<Pipeline> pipelines = new ArrayList<>();
  private final SyncPolicy policy;
  private final Consumer<SyncReport> reports;
  private final LongSupplier nanoTime;

  private ClusterSnapshot snapshot = ClusterSnapshot.empty();
  private boolean synced;
  private boolean dirty;
  private boolean committed;
  private boolean stopped;
  private int events;
  private long oldestEvent;
  private long notBefore;
  private long retryAt;

  /**
   * @param dataplanes one for each family to be served; closed with this
   * @param contexts what a plan of this family depends on besides Services; called at each sync
   * @param policy when to sync
   * @param reports told of each sync, on the thread of {@link #run}
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Reconciler(
      List<Dataplane> dataplanes,
      BiFunction<IpFamily, ClusterSnapshot, NodeContext> contexts,
      SyncPolicy policy,
      Consumer<SyncReport> reports,
      LongSupplier nanoTime) {
    this.policy = policy;
    this.reports = reports;
    this.nanoTime = nanoTime;
    this.notBefore = nanoTime.getAsLong();
    Map<IpFamily, Dataplane> sorted = new TreeMap<>();
    dataplanes.forEach(dataplane -> sorted.put(dataplane.family(), dataplane));
    sorted.forEach((family, dataplane) ->
        pipelines.add(new Pipeline(dataplane, state -> contexts.apply(family, state), nanoTime)));
  }

  /** Takes in events; returns at once. */
  public void accept(List<ClusterEvent> batch) {
    queue.add(new Message.Events(List.copyOf(batch), nanoTime.getAsLong()));
  }

  /** The source has delivered its first complete picture: from now on the kernel is written. */
  public void sourceSynced() {
    queue.add(new Message.Synced());
  }

  /** Syncs again without an event, as something outside the cluster changed (an address came). */
  public void requestSync() {
    queue.add(new Message.Again());
  }

  /** Runs until {@link #close} is called or the thread is interrupted. Rules stay in the kernel. */
  public void run() {
    try {
      while (!stopped) {
        take(queue.poll(Math.min(untilNextSync(), untilNextLook()), TimeUnit.NANOSECONDS));
        if (!synced && !stopped) {
          // The source is still being read, on another thread: use the time.
          pipelines.forEach(pipeline -> pipeline.prepare(snapshot));
        }
        lookForDisturbances();
        if (!stopped && isDue()) {
          sync();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pipelines.forEach(Pipeline::close);
    }
  }

  /** Takes in this message and all that wait behind it, so that a storm becomes one sync. */
  private void take(@Nullable Message first) {
    Message message = first;
    while (message != null) {
      switch (message) {
        case Message.Events(List<ClusterEvent> batch, long arrived) -> {
          if (events == 0) {
            oldestEvent = arrived;
          }
          snapshot = snapshot.apply(batch);
          events += batch.size();
          dirty = true;
        }
        case Message.Synced() -> {
          synced = true;
          dirty = true;
        }
        case Message.Again() -> dirty = true;
        case Message.Stop() -> stopped = true;
      }
      message = queue.poll();
    }
  }

  /** Nothing of ours is in the kernel before the first sync. */
  private long untilNextLook() {
    return committed
        ? pipelines.stream().mapToLong(Pipeline::untilNextLook).min().orElse(NEVER)
        : NEVER;
  }

  private void lookForDisturbances() {
    if (committed && !stopped) {
      for (Pipeline pipeline : pipelines) {
        dirty |= pipeline.isDisturbed();
      }
    }
  }

  private boolean isDue() {
    return synced && (dirty || failures() > 0) && untilNextSync() == 0;
  }

  private int failures() {
    return pipelines.stream().mapToInt(Pipeline::failures).max().orElse(0);
  }

  /** Nanoseconds; news need not wait for the next attempt after a failure. */
  private long untilNextSync() {
    if (!synced || (!dirty && failures() == 0)) {
      return NEVER;
    }
    long due = dirty ? notBefore : retryAt;
    return Math.max(0, due - nanoTime.getAsLong());
  }

  private void sync() {
    long now = nanoTime.getAsLong();
    int taken = events;
    long oldest = events == 0 ? now : oldestEvent;
    dirty = false;
    events = 0;
    committed = true;
    for (Pipeline pipeline : pipelines) {
      reports.accept(pipeline.sync(snapshot, taken, oldest));
    }
    long end = nanoTime.getAsLong();
    notBefore = end + policy.restAfter(Duration.ofNanos(end - now)).toNanos();
    retryAt = failures() > 0 ? end + policy.retryAfter(failures()).toNanos() : notBefore;
  }

  /** Ends {@link #run}. */
  @Override
  public void close() {
    queue.add(new Message.Stop());
  }
}
