package io.pointsman.lab;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.agent.FlowReport;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An agent in the namespace of a node, to which a test hands events one by one. */
final class HandFedAgent implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final BlockingQueue<SyncReport> syncs = new LinkedBlockingQueue<>();
  private final BlockingQueue<FlowReport> flows = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> started = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Source source = new Source();
  private @Nullable Agent agent;

  /** Starts and delivers a first picture of the cluster. */
  HandFedAgent(NetworkNamespace node, AgentOptions options, List<ClusterEvent> first) {
    this.thread = node.thread("agent", () -> serve(options));
    thread.start();
    if (take(started) instanceof DataplaneException failure) {
      throw new AssertionError(failure);
    }
    source.listener().events(first);
    source.listener().synced();
  }

  private void serve(AgentOptions options) {
    try (Agent opened = Agent.open(options, source, syncs::add, flows::add)) {
      agent = opened;
      opened.run();
    } catch (DataplaneException e) {
      started.add(e);
    }
  }

  /** Hands in events; returns at once. */
  void send(ClusterEvent... events) {
    source.listener().events(List.of(events));
  }

  /** The next report on flows of this family. */
  FlowReport nextFlows(IpFamily family) {
    return next(flows, report -> report.family() == family);
  }

  /** The next report on a sync of this family. */
  SyncReport nextSync(IpFamily family) {
    return next(syncs, report -> report.family() == family);
  }

  /** The next report on a sync of any family. */
  SyncReport nextSync() {
    return take(syncs);
  }

  private static <T> T next(BlockingQueue<T> queue, Predicate<T> wanted) {
    T item = take(queue);
    while (!wanted.test(item)) {
      item = take(queue);
    }
    return item;
  }

  private static <T> T take(BlockingQueue<T> queue) {
    try {
      T item = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("the agent said nothing for " + LIMIT_SECONDS + " s");
      }
      return item;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends the agent; its rules stay. */
  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    try {
      thread.join(LIMIT_SECONDS * 1000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private final class Source implements ClusterSource {
    private volatile @Nullable Listener listener;

    @Override
    public void start(Listener hearing) {
      listener = hearing;
      started.add(hearing);
    }

    Listener listener() {
      if (listener == null) {
        throw new AssertionError("the agent has not started its source");
      }
      return listener;
    }

    @Override
    public void close() {
      // Nothing is delivered but by the test.
    }
  }
}
