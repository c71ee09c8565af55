package io.pointsman.agent;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.flows.FlowBacklog;
import io.pointsman.flows.FlowJudge;
import io.pointsman.flows.FlowScope;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.reconcile.SyncPolicy;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes tracked flows that a sync has made stale, on a thread of its own: commits never wait for
 * it. Work that fails is kept and tried again after a growing wait, together with whatever has come
 * meanwhile.
 */
final class FlowCleaner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowCleaner.class);
  private static final long CLOSING_MILLIS = 5_000;

  private sealed interface Message {
    record Sync(SyncReport report) implements Message {}

    record Stop() implements Message {}
  }

  private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Map<IpFamily, FlowBacklog> backlogs = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, Integer> deleted = new EnumMap<>(IpFamily.class);
  private final FlowTable table;
  private final Set<Protocol> protocols;
  private final SyncPolicy policy;
  private final Consumer<FlowReport> reports;
  private final Thread thread;

  private int failures;
  private long retryAt;
  private boolean stopped;

  /**
   * @param table what to clean
   * @param protocols flows of any other are left alone
   * @param policy how long to wait after a failure
   * @param reports told what was done, on the cleaner's thread
   */
  FlowCleaner(
      FlowTable table, Set<Protocol> protocols, SyncPolicy policy, Consumer<FlowReport> reports) {
    this.table = table;
    this.protocols = Set.copyOf(protocols);
    this.policy = policy;
    this.reports = reports;
    this.thread = Thread.ofPlatform().daemon().name("flow-cleaner").unstarted(this::run);
  }

  /** Starts to work in the network namespace of the calling thread. */
  void start() {
    thread.start();
  }

  /** Takes in what a sync did; returns at once. */
  void accept(SyncReport report) {
    queue.add(new Message.Sync(report));
  }

  private void run() {
    try {
      while (true) {
        take(failures == 0 ? queue.take() : queue.poll(untilRetry(), TimeUnit.NANOSECONDS));
        if (stopped) {
          return;
        }
        if (failures == 0 || untilRetry() == 0) {
          clean();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long untilRetry() {
    return Math.max(0, retryAt - System.nanoTime());
  }

  /** Takes in this message and all that wait behind it. */
  private void take(@Nullable Message first) {
    Message message = first;
    while (message != null) {
      switch (message) {
        case Message.Sync(SyncReport report) -> add(report);
        case Message.Stop() -> stopped = true;
      }
      message = queue.poll();
    }
  }

  private void add(SyncReport report) {
    boolean committed = report.result() instanceof CommitResult.Committed;
    FlowBacklog known = backlogs.get(report.family());
    FlowBacklog grown =
        known == null
            ? FlowBacklog.first(report.plan(), committed)
            : known.after(report.plan(), committed);
    backlogs.put(report.family(), report.repairing() ? grown.afterDisturbance() : grown);
  }

  private void clean() {
    boolean failed = false;
    for (Map.Entry<IpFamily, FlowBacklog> entry : backlogs.entrySet()) {
      if (entry.getValue().isDue()) {
        try {
          clean(entry.getKey(), entry.getValue());
          entry.setValue(entry.getValue().done());
        } catch (IOException | RuntimeException e) {
          LOG.warn(
              "{}: stale flows are still tracked, trying again soon: {}",
              entry.getKey(),
              e.toString());
          failed = true;
        }
      }
    }
    failures = failed ? failures + 1 : 0;
    if (failed) {
      retryAt = System.nanoTime() + policy.retryAfter(failures).toNanos();
    }
  }

  private void clean(IpFamily family, FlowBacklog backlog) throws IOException {
    long start = System.nanoTime();
    FlowScope scope = backlog.scope().of(protocols);
    boolean any = !scope.equals(FlowScope.nothing());
    FlowJudge judge =
        new FlowJudge(backlog.plan(), scope, protocols, any ? hostAddresses(backlog) : Set.of());
    if (any) {
      table.deleteStale(family, judge, () -> deleted.merge(family, 1, Integer::sum));
    }
    Integer gone = deleted.remove(family);
    FlowReport report =
        new FlowReport(
            family,
            backlog.syncs(),
            judge.frontends(),
            gone == null ? 0 : gone,
            Duration.ofNanos(System.nanoTime() - start));
    if (report.deleted() > 0) {
      LOG.info(
          "{}: {} stale flows of {} frontends deleted in {} ms",
          family,
          report.deleted(),
          report.frontends(),
          report.duration().toMillis());
    }
    reports.accept(report);
  }

  private Set<IpAddress> hostAddresses(FlowBacklog backlog) throws IOException {
    return backlog.plan().context().nodePortAddresses() instanceof NodePortAddresses.All
        ? table.hostAddresses()
        : Set.of();
  }

  /** Ends the work, done or not, and waits for the thread: 5 seconds at most. */
  @Override
  public void close() {
    queue.add(new Message.Stop());
    if (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join(CLOSING_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
