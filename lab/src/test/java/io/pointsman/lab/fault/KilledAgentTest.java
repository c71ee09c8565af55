package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL at random moments while Services change: in a start, in a sync, between syncs. */
@NeedsLab
class KilledAgentTest {
  private static final int KILLS = Boolean.getBoolean("pointsman.faults") ? 50 : 4;
  private static final int OTHERS = 8;
  private static final List<Set<String>> PODS =
      List.of(Set.of(), Set.of("a1"), Set.of("a2"), Set.of("a1", "a2"));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void theNextOneMakesItRight(String mode, TestReporter reporter) throws Exception {
    long seed = Long.getLong("pointsman.seed", System.nanoTime());
    reporter.publishEntry("seed (-Dpointsman.seed=…)", Long.toString(seed));
    Random random = new Random(seed);
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      Cluster cluster = new Cluster(api);
      AgentProcess agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url());
      agent.awaitFirstSyncs();
      try (Load load = Load.start(lab)) {
        for (int kill = 1; kill <= KILLS; kill++) {
          String when = "kill " + kill + ", seed " + seed;
          killDuringChanges(agent, cluster, random, 300);
          load.assertUndisturbed("nobody there, " + when);
          agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url());
          if (random.nextInt(3) == 0) {
            killDuringChanges(agent, cluster, random, 2000);
            agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url());
          }
          agent.awaitFirstSyncs();
          cluster.awaitServed(lab, agent);
          load.assertUndisturbed("started anew, " + when);
          assertThat(agent.errors()).as(when).isEmpty();
          assertThat(agent.metric("pointsman_syncs_total{ip_family=\"IPv4\",outcome=\"refused\"}"))
              .as(when)
              .isZero();
        }
      }
      agent.close();
    }
  }

  /** Changes go on a little longer than the agent. */
  private static void killDuringChanges(
      AgentProcess agent, Cluster cluster, Random random, int mostMillis) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Random changes = new Random(random.nextLong());
    Thread changing =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                change(cluster, changes);
                LockSupport.parkNanos(changes.nextInt(3_000_000));
              }
              change(cluster, changes);
            });
    LockSupport.parkNanos(random.nextInt(mostMillis * 1_000) * 1_000L);
    agent.kill();
    over.set(true);
    changing.join();
  }

  private static void change(Cluster cluster, Random random) {
    int number = random.nextInt(OTHERS);
    if (random.nextInt(5) == 0) {
      cluster.remove(number);
    } else {
      cluster.put(number, PODS.get(random.nextInt(PODS.size())));
    }
  }
}
