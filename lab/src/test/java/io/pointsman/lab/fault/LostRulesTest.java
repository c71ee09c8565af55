package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules vanish under load, and the kernel's word of it is lost, or the disk is full. */
@NeedsLab
class LostRulesTest {
  private static final String REPAIRED =
      "pointsman_disturbances_total{ip_family=\"IPv4\",outcome=\"repaired\"}";

  private static final int MOST_ROUNDS = 60;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"nftables, nft delete table ip pointsman", "iptables, iptables -w 5 -t nat -F"})
  void underLoad(String mode, String damage, TestReporter reporter) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a2"));
      try (AgentProcess agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url())) {
        agent.awaitFirstSyncs();
        try (Load load = Load.start(lab)) {
          cluster.awaitServed(lab, agent);
          lab.namespace("A").exec(damage.split(" ")).orThrow();
          agent.awaitLine("IPv4: somebody else touched the rules of mode " + mode);
          Await.until(() -> agent.metric(REPAIRED) >= 1, () -> String.join("\n", agent.log()));
          cluster.awaitServed(lab, agent);
          load.assertConnected("repaired");
          reporter.publishEntry("connections that failed meanwhile", load.failures().toString());
          assertNoneFailsFromNowOn(load);
          assertThat(agent.errors()).isEmpty();
        }
      }
    }
  }

  /** But for those that had begun. */
  private static void assertNoneFailsFromNowOn(Load load) throws Exception {
    awaitMore(load, 1);
    Map<String, Integer> before = load.failures();
    awaitMore(load, 20);
    assertThat(load.failures()).isEqualTo(before);
  }

  private static void awaitMore(Load load, int connections) throws Exception {
    Map<String, Integer> enough = new HashMap<>(load.totals());
    enough.replaceAll((who, total) -> total + connections);
    Await.until(
        () ->
            load.totals().entrySet().stream()
                .allMatch(entry -> entry.getValue() >= enough.getOrDefault(entry.getKey(), 0)),
        () -> load.totals().toString());
  }

  /**
   * More notifications than its buffer holds come while it is stopped: the kernel drops the rest.
   */
  @Test
  @EnabledIfSystemProperty(
      named = "pointsman.faults",
      matches = "true",
      disabledReason = "floods the kernel: part of 'make faults'")
  void whileNotificationsAreLost() throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      NetworkNamespace node = lab.namespace("A");
      Cluster cluster = new Cluster(api);
      try (AgentProcess agent =
          AgentProcess.start(lab, folder, "nftables", "--master=" + api.url())) {
        agent.awaitFirstSyncs();
        cluster.awaitServed(lab, agent);
        signal("STOP", agent);
        try {
          flood(node, agent);
          node.exec("nft", "flush", "map", "ip", "pointsman", "frontends").orThrow();
        } finally {
          signal("CONT", agent);
        }
        Await.until(() -> agent.metric(REPAIRED) >= 1, () -> String.join("\n", agent.log()));
        agent.awaitLine("IPv4: somebody else touched the rules of mode nftables: repairing");
        cluster.awaitServed(lab, agent);
        assertThat(lab.outcomes("ext", "10.211.0.10:80")).containsExactly("a1:8080 from node-a");
      }
    }
  }

  /** Changes to a table of others until the agent's socket has dropped messages. */
  private static void flood(NetworkNamespace node, AgentProcess agent) throws Exception {
    String add =
        "table ip flood {\nset s { type ipv4_addr; }\n}\nflush set ip flood s\n"
            + "add element ip flood s { "
            + IntStream.range(0, 20_000)
                .mapToObj(i -> "10.9." + i / 250 + "." + i % 250)
                .collect(Collectors.joining(", "))
            + " }\n";
    Path sockets = Path.of("/proc/" + agent.pid() + "/net/netlink");
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (Files.readAllLines(sockets).stream().anyMatch(LostRulesTest::hasDropped)) {
        return;
      }
      node.execWithInput(add, "nft", "-f", "-").orThrow();
    }
    throw new AssertionError("nothing was dropped:\n" + Files.readString(sockets));
  }

  /** Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode; NFNLGRP_NFTABLES is bit 6. */
  private static boolean hasDropped(String socket) {
    String[] columns = socket.strip().split(" +", -1);
    return columns[3].equals("00000040") && !columns[8].equals("0");
  }

  private static void signal(String name, AgentProcess agent) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(agent.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Its log, its socket and its temporary files have nowhere to go. */
  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void withTheDiskFull(String mode) throws Exception {
    Path full = Files.createDirectory(folder.resolve("full"));
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a1"));
      List<String> command =
          new ArrayList<>(
              List.of(
                  "unshare",
                  "--mount",
                  "sh",
                  "-c",
                  "mount -t tmpfs -o size=4k,nr_inodes=2 none "
                      + full
                      + " && echo full > "
                      + full
                      + "/file && exec \"$@\" >/dev/full 2>&1",
                  "sh"));
      command.addAll(AgentProcess.command(full, mode, "--master=" + api.url()));
      try (AgentProcess agent =
          AgentProcess.start(
              lab, full, Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + full), command)) {
        Await.until(() -> agent.answers(), () -> "nobody answers: " + agent.log());
        cluster.awaitReached(lab, agent);
        cluster.put(1, Set.of("a2"));
        cluster.awaitReached(lab, agent);
        assertThat(agent.healthz()).isEqualTo(200);
      }
    }
  }
}
