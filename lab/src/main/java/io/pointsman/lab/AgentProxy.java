package io.pointsman.lab;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.agent.FlowReport;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The real agent, one in the namespace of each node. Waiting for the kernel is exact: each sync
 * reports how many events it took in, and each report on flows how many syncs it covers.
 */
public final class AgentProxy implements ProxyUnderTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** How agents learn of objects. */
  public enum Supply {
    /** As from manifest files. */
    MANIFESTS,
    /** From an embedded API server on each node, by lists and watches. */
    API_SERVER
  }

  /** Opens what brings an agent its objects, in the network namespace of its node. */
  private interface Feeds {
    ObjectFeed open(String nodeName, ClusterObjects objects);
  }

  private final Feeds feeds;
  private final Consumer<SyncReport> observer;

  /** Agents whose syncs nobody listens to. */
  public AgentProxy(Supply supply) {
    this(supply, report -> {});
  }

  /**
   * @param observer told of every sync of every agent, on their threads
   */
  public AgentProxy(Supply supply, Consumer<SyncReport> observer) {
    this(
        switch (supply) {
          case MANIFESTS -> ManifestFeed::new;
          case API_SERVER -> ServedFeed::new;
        },
        observer);
  }

  private AgentProxy(Feeds feeds, Consumer<SyncReport> observer) {
    this.feeds = feeds;
    this.observer = observer;
  }

  /**
   * Agents that follow an API server which all of them reach. Objects come from it alone: none can
   * be published, and waiting is for what the agents have heard of.
   *
   * @param url such as {@code http://172.29.0.1:8080}
   */
  public static AgentProxy following(String url) {
    return new AgentProxy((nodeName, objects) -> new FollowedFeed(nodeName, url), report -> {});
  }

  @Override
  public Running start(Deployment deployment, ClusterObjects objects) {
    Fleet fleet = new Fleet();
    try {
      for (Topology.Node node : deployment.nodes()) {
        fleet.members.add(new Member(deployment, node, objects));
      }
      fleet.awaitProgrammed();
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  @Override
  public void cleanUp(Deployment deployment) {
    for (Topology.Node node : deployment.nodes()) {
      deployment.lab().namespace(node.name()).run(() -> cleanUp(node.hostName()));
    }
  }

  private static void cleanUp(String nodeName) {
    for (Backend backend : ServiceLoader.load(Backend.class)) {
      for (IpFamily family : IpFamily.values()) {
        try {
          backend.cleanUp(family);
        } catch (DataplaneException e) {
          throw new LabException(nodeName + " cannot be cleaned up: " + e.getMessage(), e);
        }
      }
    }
  }

  private static final class Fleet implements Running {
    private final List<Member> members = new ArrayList<>();

    @Override
    public void publish(ClusterObjects objects) {
      members.forEach(member -> member.publish(objects));
    }

    @Override
    public void awaitProgrammed() {
      members.forEach(Member::awaitProgrammed);
    }

    @Override
    public void close() {
      members.forEach(Member::close);
    }
  }

  /** One node's agent. */
  private final class Member {
    private final String nodeName;
    private final Thread thread;
    private final ObjectFeed feed;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Map<IpFamily, Long> taken = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, Long> uncleaned = new EnumMap<>(IpFamily.class);
    private Optional<Agent> agent = Optional.empty();
    private Optional<String> trouble = Optional.empty();

    Member(Deployment deployment, Topology.Node node, ClusterObjects objects) {
      this.nodeName = node.hostName();
      AgentOptions options = options(deployment, node);
      NetworkNamespace namespace = deployment.lab().namespace(node.name());
      this.feed = feed(namespace, objects);
      this.thread = namespace.thread("agent on " + nodeName, () -> serve(options));
      thread.start();
      await(opened);
    }

    private ObjectFeed feed(NetworkNamespace namespace, ClusterObjects objects) {
      try {
        return namespace.call(() -> feeds.open(nodeName, objects));
      } catch (LabException e) {
        throw e;
      } catch (Exception e) {
        throw new LabException("nothing feeds " + nodeName + ": " + e.getMessage(), e);
      }
    }

    private AgentOptions options(Deployment deployment, Topology.Node node) {
      try {
        Path file = Files.createTempFile("pointsman-lab-", ".yaml");
        try {
          Files.writeString(file, deployment.configuration().toString());
          return AgentOptions.ofConfiguration(file, node.hostName());
        } finally {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new LabException("the proxy's configuration cannot be written: " + e.getMessage(), e);
      }
    }

    private void serve(AgentOptions options) {
      try (Agent serving = Agent.open(options, feed, this::observe, this::observeFlows)) {
        synchronized (this) {
          agent = Optional.of(serving);
        }
        opened.countDown();
        serving.run();
      } catch (DataplaneException e) {
        synchronized (this) {
          trouble = Optional.of(String.valueOf(e.getMessage()));
        }
      } finally {
        opened.countDown();
      }
    }

    private void await(CountDownLatch latch) {
      try {
        if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new LabException("the agent on " + nodeName + " does not start");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LabException("interrupted while the agent on " + nodeName + " starts");
      }
      synchronized (this) {
        trouble.ifPresent(text -> {
          throw new LabException("the agent on " + nodeName + " cannot serve: " + text);
        });
      }
    }

    private synchronized void observe(SyncReport report) {
      observer.accept(report);
      taken.merge(report.family(), (long) report.events(), Long::sum);
      uncleaned.merge(report.family(), 1L, Long::sum);
      trouble = report.isComplete() ? Optional.empty() : Optional.of(report.result().toString());
      notifyAll();
    }

    private synchronized void observeFlows(FlowReport report) {
      uncleaned.merge(report.family(), (long) -report.syncs(), Long::sum);
      notifyAll();
    }

    void publish(ClusterObjects objects) {
      feed.publish(objects);
    }

    private boolean hasTaken(long sent) {
      return agent.stream()
          .flatMap(running -> running.families().stream())
          .allMatch(family ->
              taken.getOrDefault(family, -1L) >= sent && uncleaned.getOrDefault(family, 0L) == 0);
    }

    void awaitProgrammed() {
      awaitTaken(feed.awaitDelivered());
    }

    private synchronized void awaitTaken(long sent) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (trouble.isPresent() || !hasTaken(sent)) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new LabException(
              "the agent on "
                  + nodeName
                  + " took in "
                  + taken
                  + " of "
                  + sent
                  + " events in "
                  + LIMIT.toSeconds()
                  + " s, and has not cleaned flows after "
                  + uncleaned
                  + " syncs; "
                  + trouble.orElse("no failure reported"));
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new LabException("interrupted while waiting for the agent on " + nodeName);
        }
      }
    }

    void close() {
      synchronized (this) {
        agent.ifPresent(Agent::close);
        agent = Optional.empty();
      }
      if (Thread.currentThread() != thread) {
        try {
          thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      feed.close();
    }
  }
}
