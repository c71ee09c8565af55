package io.pointsman.lab.cluster;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.lab.LabException;
import io.pointsman.lab.packet.HttpAsk;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.reconcile.SyncReport;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The agent of one node, on threads of this process that work in the node's namespace. */
final class NodeAgent implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final URI HEALTH = URI.create("http://127.0.0.1:10256/healthz");
  private static final int OK = 200;

  private final String node;
  private final NetworkNamespace namespace;
  private final Thread thread;
  private final Map<IpFamily, SyncReport> reports = new EnumMap<>(IpFamily.class);
  private Optional<Agent> agent = Optional.empty();
  private Set<IpFamily> awaited = Set.of();
  private Optional<String> ended = Optional.empty();

  private NodeAgent(NetworkNamespace namespace, AgentOptions options, String url) {
    this.node = options.nodeName();
    this.namespace = namespace;
    this.thread = namespace.thread("agent on " + node, () -> serve(options, url));
  }

  /**
   * Starts it.
   *
   * @param url of the API server as seen from the node
   */
  static NodeAgent start(NetworkNamespace namespace, AgentOptions options, String url) {
    NodeAgent started = new NodeAgent(namespace, options, url);
    started.thread.start();
    return started;
  }

  private void serve(AgentOptions options, String url) {
    try (ApiClient api = ApiClient.ofUrl(url);
        Agent serving =
            Agent.open(
                options,
                new ApiServerSource(api, node, new Random()),
                this::observe,
                flows -> {})) {
      opened(serving);
      serving.run();
      end("was stopped");
    } catch (DataplaneException | RuntimeException failed) {
      end(String.valueOf(failed.getMessage()));
    }
  }

  private synchronized void opened(Agent serving) {
    agent = Optional.of(serving);
    awaited = serving.families();
    notifyAll();
  }

  private synchronized void observe(SyncReport report) {
    reports.put(report.family(), report);
    notifyAll();
  }

  private synchronized void end(String why) {
    ended = Optional.of(why);
    notifyAll();
  }

  /**
   * Waits until the rules of all families are in the kernel.
   *
   * @throws LabException saying what is in the way
   */
  synchronized void awaitProgrammed() {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isProgrammed()) {
      long left = deadline - System.nanoTime();
      if (ended.isPresent() || left <= 0) {
        throw new LabException(
            "the agent on "
                + node
                + " does not serve: "
                + ended.orElse("no complete sync in " + LIMIT.toSeconds() + " s, see the log"));
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new LabException("interrupted while the agent on " + node + " starts", stop);
      }
    }
  }

  private boolean isProgrammed() {
    return agent.isPresent()
        && reports.keySet().containsAll(awaited)
        && reports.values().stream().allMatch(SyncReport::isComplete);
  }

  /** What a kubelet would find: {@code ok}, or what is wrong. */
  String health() {
    synchronized (this) {
      if (ended.isPresent()) {
        return "ended: " + ended.get();
      }
    }
    return switch (HttpAsk.send(namespace, "GET", HEALTH)) {
      case HttpAsk.Result.Replied(var reply) ->
          reply.status() == OK ? "ok" : "unhealthy (" + reply.status() + ")";
      case HttpAsk.Result.Failed(var outcome) -> "does not answer: " + outcome;
    };
  }

  @Override
  public void close() {
    synchronized (this) {
      agent.ifPresent(Agent::close);
    }
    thread.interrupt();
    try {
      thread.join(LIMIT);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
