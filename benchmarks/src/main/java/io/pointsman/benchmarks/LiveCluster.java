package io.pointsman.benchmarks;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * A workload on an API server, in a namespace that stands for one node, where the real agent is
 * started and stopped, and real connections tell what it does.
 */
final class LiveCluster implements AutoCloseable {
  private static final Pattern READ = Pattern.compile("The source of Services has been read");
  private static final Pattern COMMITTED = Pattern.compile("IPv4: .* objects written");
  private static final Pattern OBJECTS = Pattern.compile("([0-9]+) objects written");

  /** The slowest that is worth waiting for: kube-proxy takes 74 s for 10,000 Services. */
  static final Duration START_LIMIT = Duration.ofMinutes(10);

  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  private final Mode mode;
  private final Workload workload;
  private final PodWorld world;
  private final ApiServer api;
  private final Path kubeconfig;

  /**
   * How a start went.
   *
   * @param read seconds from the start of the process until all objects had arrived
   * @param committed seconds from then until the kernel held the rules
   * @param objects that were written to the kernel
   */
  record Start(double read, double committed, int objects) {}

  private LiveCluster(Mode mode, Workload workload, PodWorld world, ApiServer api)
      throws IOException {
    this.mode = mode;
    this.workload = workload;
    this.world = world;
    this.api = api;
    this.kubeconfig = Files.createTempFile("pointsman-bench", ".kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        {"apiVersion":"v1","kind":"Config","current-context":"bench",
         "contexts":[{"name":"bench","context":{"cluster":"bench","user":"bench"}}],
         "clusters":[{"name":"bench","cluster":{"server":"%s"}}],
         "users":[{"name":"bench","user":{}}]}
        """
            .formatted(api.url()));
  }

  /** A cluster of this size; nothing proxies for it yet. */
  static LiveCluster open(Mode mode, Size size) throws Exception {
    Workload workload = new Workload(size, IpFamily.IPV4);
    PodWorld world = new PodWorld(workload);
    ApiServer api = world.namespace().call(() -> ApiServer.start());
    LiveCluster cluster = new LiveCluster(mode, workload, world, api);
    if (mode.isIptables()) {
      cluster.inside(
          () -> new Loader(mode.loader(workload.family()), Duration.ofMinutes(1)).load(Mode.HINT));
    }
    api.put(ClusterJson.node("node-0"));
    workload.events().forEach(event -> api.put(ClusterJson.of(event)));
    return cluster;
  }

  Workload workload() {
    return workload;
  }

  PodWorld world() {
    return world;
  }

  /** Starts an agent; it may not serve anything yet. */
  AgentProcess startAgent() throws IOException {
    return startAgent(0);
  }

  /** Starts an agent that says so much. */
  AgentProcess startAgent(int verbosity) throws IOException {
    return AgentProcess.start(
        world.namespace(),
        List.of(
            "--kubeconfig=" + kubeconfig,
            "--proxy-mode=" + (mode.isIptables() ? "iptables" : "nftables"),
            "--hostname-override=node-0",
            "--cluster-cidr=" + workload.pods(),
            "--agent-socket=",
            "-v=" + verbosity));
  }

  /** Waits until an agent that was started at this moment holds all Services in the kernel. */
  static Start awaitStart(AgentProcess agent, long startedAt)
      throws IOException, InterruptedException {
    AgentProcess.Line read = agent.await(READ, START_LIMIT);
    AgentProcess.Line committed = agent.await(COMMITTED, START_LIMIT);
    var objects = OBJECTS.matcher(committed.text());
    return new Start(
        (read.nanoTime() - startedAt) / 1e9,
        (committed.nanoTime() - read.nanoTime()) / 1e9,
        objects.find() ? Integer.parseInt(objects.group(1)) : -1);
  }

  /** Takes the rules of an earlier agent away. */
  void clearKernel() throws Exception {
    inside(() -> {
      for (IpFamily family : IpFamily.values()) {
        mode.backend().cleanUp(family);
      }
      return null;
    });
  }

  /** Runs a task in the node's namespace. */
  <T> T inside(Callable<T> task) throws Exception {
    return world.namespace().call(task);
  }

  /** Tells the API server of another pod behind a Service; returns its address. */
  IpAddress change(int service, int round) {
    api.put(ClusterJson.of(workload.changed(service, round)));
    return workload.endpoints(service, round).getLast();
  }

  /**
   * Milliseconds from writing a change of one endpoint to the API server to the first answer that a
   * client of the Service gets from the new one. The calling thread must be {@link #inside}.
   */
  double changeAndAsk(int service, int round) {
    long start = System.nanoTime();
    IpAddress pod = change(service, round);
    awaitAnswer(service, pod, start);
    return (System.nanoTime() - start) / 1e6;
  }

  /** Waits until the Service's clients reach the pod. */
  void awaitAnswer(int service, IpAddress pod, long since) {
    IpAddress address = workload.clusterIp(service);
    Optional<IpAddress> answer = PodWorld.ask(address);
    while (!answer.equals(Optional.of(pod))) {
      if (System.nanoTime() - since > ANSWER_LIMIT.toNanos()) {
        throw new IllegalStateException(
            address + " is answered by " + answer + ", not by the new endpoint " + pod);
      }
      answer = PodWorld.ask(address);
    }
  }

  @Override
  public void close() throws IOException {
    api.close();
    world.close();
    Files.deleteIfExists(kubeconfig);
  }
}
