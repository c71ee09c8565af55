package io.pointsman.lab;

import io.pointsman.agent.Agent;
import io.pointsman.agent.AgentOptions;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.ManifestReader;
import io.pointsman.kubernetes.Manifests;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
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
import org.jspecify.annotations.Nullable;

/**
 * The real agent, one in the namespace of each node, fed with objects as from manifest files.
 * Waiting for the kernel is exact: each sync reports how many events it took in.
 */
public final class AgentProxy implements ProxyUnderTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Consumer<SyncReport> observer;

  /** Agents whose syncs nobody listens to. */
  public AgentProxy() {
    this(report -> {});
  }

  /**
   * @param observer told of every sync of every agent, on their threads
   */
  public AgentProxy(Consumer<SyncReport> observer) {
    this.observer = observer;
  }

  @Override
  public Running start(Deployment deployment, ClusterObjects objects) {
    Fleet fleet = new Fleet();
    try {
      for (Topology.Node node : deployment.nodes()) {
        fleet.members.add(new Member(deployment, node, objects, observer));
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

  /** One node's agent, which is also its own source of objects. */
  private static final class Member implements ClusterSource {
    private final String nodeName;
    private final Consumer<SyncReport> observer;
    private final Thread thread;
    private final CountDownLatch listening = new CountDownLatch(1);
    private final Map<IpFamily, Long> taken = new EnumMap<>(IpFamily.class);
    private Manifests published = Manifests.EMPTY;
    private long sent;
    private Optional<Agent> agent = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private @Nullable Listener listener;

    Member(
        Deployment deployment,
        Topology.Node node,
        ClusterObjects objects,
        Consumer<SyncReport> observer) {
      this.observer = observer;
      this.nodeName = node.hostName();
      AgentOptions options = options(deployment, node);
      this.thread =
          deployment
              .lab()
              .namespace(node.name())
              .thread("agent on " + nodeName, () -> serve(options));
      thread.start();
      await(listening);
      publish(objects);
      if (listener != null) {
        listener.synced();
      }
    }

    private static AgentOptions options(Deployment deployment, Topology.Node node) {
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
      try (Agent opened = Agent.open(options, this, this::observe)) {
        synchronized (this) {
          agent = Optional.of(opened);
        }
        opened.run();
      } catch (DataplaneException e) {
        synchronized (this) {
          trouble = Optional.of(String.valueOf(e.getMessage()));
        }
      } finally {
        listening.countDown();
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

    @Override
    public void start(Listener started) {
      listener = started;
      listening.countDown();
    }

    private synchronized void observe(SyncReport report) {
      observer.accept(report);
      taken.merge(report.family(), (long) report.events(), Long::sum);
      trouble = report.isComplete() ? Optional.empty() : Optional.of(report.result().toString());
      notifyAll();
    }

    void publish(ClusterObjects objects) {
      Manifests next = read(objects);
      List<ClusterEvent> events = next.since(published, nodeName);
      published = next;
      synchronized (this) {
        sent += events.size();
      }
      if (listener != null && !events.isEmpty()) {
        listener.events(events);
      }
    }

    private static Manifests read(ClusterObjects objects) {
      try {
        Path folder = Files.createTempDirectory("pointsman-lab-");
        try {
          int number = 0;
          for (var manifest : objects.manifests()) {
            Files.writeString(folder.resolve(number++ + ".json"), manifest.json().toString());
          }
          return ManifestReader.read(folder);
        } finally {
          try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
              Files.delete(file);
            }
          }
          Files.delete(folder);
        }
      } catch (IOException e) {
        throw new LabException("manifests cannot be written: " + e.getMessage(), e);
      }
    }

    private boolean hasTakenAll() {
      return agent.stream()
          .flatMap(running -> running.families().stream())
          .allMatch(family -> taken.getOrDefault(family, -1L) >= sent);
    }

    synchronized void awaitProgrammed() {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (trouble.isPresent() || !hasTakenAll()) {
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
                  + " s; "
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

    @Override
    public void close() {
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
    }
  }
}
