package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Backup;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.apiserver.Refusal;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server goes, comes back having forgotten, refuses, falls silent, and is slow. */
@NeedsLab
@EnabledIfSystemProperty(
    named = "pointsman.faults",
    matches = "true",
    disabledReason = "takes a minute and more: part of 'make faults'")
class TroubledApiServerTest {
  private static final Duration GONE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void rulesStayAndChangesArriveInTheEnd(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2))) {
      NetworkNamespace node = lab.namespace("A");
      ApiServer first = node.call(() -> ApiServer.start());
      Cluster cluster = new Cluster(first);
      cluster.put(1, Set.of("a1"));
      cluster.put(2, Set.of("a1"));
      try (AgentProcess agent = AgentProcess.start(lab, folder, mode, "--master=" + first.url())) {
        agent.awaitFirstSyncs();
        try (Load load = Load.start(lab)) {
          cluster.awaitServed(lab, agent);
          Backup backup = first.backup();
          int port = first.port();
          first.close();
          assertThat(node.call(() -> hangUp(port))).isGreaterThan(1);
          agent.awaitLine("the API server at http://127.0.0.1:" + port);
          load.assertUndisturbed("without an API server");
          assertThat(agent.healthz()).as("the kernel is not behind what is known").isEqualTo(200);

          try (ApiServer api =
              node.call(() -> ApiServer.start(ApiServer.Options.defaults().withPort(port)))) {
            returned(api, backup, cluster, lab, agent);
            load.assertUndisturbed("the API server is back");
            refusing(api, cluster, lab, agent);
            load.assertUndisturbed("after refusals");
            silent(api, cluster, lab, agent, load);
            load.assertUndisturbed("after silence");
            slow(api, node, cluster, lab, agent);
            load.assertUndisturbed("after slow streams");
          }
          assertThat(agent.errors()).isEmpty();
        }
      }
    }
  }

  /** Ends all connections where the server was, for a minute; returns how many those were. */
  private static int hangUp(int port) throws Exception {
    long end = System.nanoTime() + GONE.toNanos();
    int ended = 0;
    try (ServerSocket listening = new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      for (long left = GONE.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
        listening.setSoTimeout((int) left);
        try (Socket _ = listening.accept()) {
          ended++;
        }
      }
    } catch (SocketTimeoutException over) {
      // The minute ended while nobody came.
    }
    return ended;
  }

  /** All versions up to now are forgotten, and things have changed meanwhile. */
  private static void returned(
      ApiServer api, Backup backup, Cluster cluster, Lab lab, AgentProcess agent) throws Exception {
    // None is answered before all is as it is to be found.
    api.refuse(request -> true, Long.MAX_VALUE, Refusal.of(503));
    api.restore(backup);
    cluster.moveTo(api);
    cluster.put(1, Set.of("a2"));
    cluster.remove(2);
    cluster.put(3, Set.of("a1", "a2"));
    api.compact();
    api.heal();
    cluster.awaitServed(lab, agent);
    agent.awaitLine("The source of Services works again");
  }

  private static void refusing(ApiServer api, Cluster cluster, Lab lab, AgentProcess agent)
      throws Exception {
    for (Refusal refusal :
        List.of(Refusal.of(500), Refusal.tooManyRequests(Duration.ofSeconds(1)), Refusal.of(410))) {
      // What a watch brings begins the pauses between attempts anew.
      cluster.put(5, cluster.pods(5).equals(Set.of("a1")) ? Set.of("a2") : Set.of("a1"));
      cluster.awaitServed(lab, agent);
      AtomicInteger asked = new AtomicInteger();
      api.refuse(
          request -> request.resource().equals("endpointslices") && asked.incrementAndGet() > 0,
          2,
          refusal);
      api.cutConnections();
      cluster.put(1, cluster.pods(1).equals(Set.of("a1")) ? Set.of("a2") : Set.of("a1"));
      cluster.awaitServed(lab, agent);
      assertThat(asked).as("%s", refusal).hasValueGreaterThanOrEqualTo(2);
    }
  }

  private static void silent(ApiServer api, Cluster cluster, Lab lab, AgentProcess agent, Load load)
      throws Exception {
    ObjectRef slice = ObjectRef.slice("default", "other-1-4");
    assertThat(api.awaitWatch(slice, Duration.ofSeconds(60))).isTrue();
    api.stallWatches();
    cluster.put(1, Set.of("a1", "a2"));
    cluster.put(4, Set.of("a1"));
    load.assertUndisturbed("while nothing is told");
    api.heal();
    cluster.awaitServed(lab, agent);
  }

  /** Lists and watches arrive at eight kilobytes a second. */
  private static void slow(
      ApiServer api, NetworkNamespace node, Cluster cluster, Lab lab, AgentProcess agent)
      throws Exception {
    node.exec("ip", "link", "set", "lo", "mtu", "1500").orThrow();
    String limit = "tc qdisc add dev lo root tbf rate 64kbit burst 3000 latency 10s";
    node.exec(limit.split(" ")).orThrow();
    api.compact();
    api.cutConnections();
    cluster.put(6, Set.of("a1"));
    cluster.put(1, Set.of("a2"));
    cluster.awaitReached(lab, agent);
    node.exec("tc", "qdisc", "del", "dev", "lo", "root").orThrow();
    cluster.awaitServed(lab, agent);
  }
}
