package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node's clock is set while it works; the node has but one family. */
@NeedsLab
@EnabledIfSystemProperty(
    named = "pointsman.faults",
    matches = "true",
    disabledReason = "in short by OneFamilyTest, HealthStateTest: part of 'make faults'")
class TroubledNodeTest {
  @TempDir private Path folder;

  /** Years ahead, and then before the agent was started. */
  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void itsClockIsSet(String mode) throws Exception {
    setClock("+0");
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a1"));
      try (AgentProcess agent =
          AgentProcess.start(
              lab, folder, clock(), AgentProcess.command(folder, mode, "--master=" + api.url()))) {
        agent.awaitFirstSyncs();
        try (Load load = Load.start(lab)) {
          cluster.awaitServed(lab, agent);
          for (String jump : List.of("+1000d", "-1000d", "+0")) {
            setClock(jump);
            cluster.put(1, cluster.pods(1).equals(Set.of("a1")) ? Set.of("a2") : Set.of("a1"));
            cluster.awaitServed(lab, agent);
            assertThat(agent.healthz()).as(jump).isEqualTo(200);
            cluster.put(2, Set.of("a1", "a2"));
            cluster.awaitServed(lab, agent);
            cluster.remove(2);
            load.assertUndisturbed(jump);
          }
          assertThat(agent.errors()).isEmpty();
        }
      }
    }
  }

  /** What the library of the Debian package faketime puts before the C library's. */
  private Map<String, String> clock() throws IOException {
    try (Stream<Path> libraries =
        Files.find(
            Path.of("/usr/lib"),
            3,
            (path, attributes) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
      Path library =
          libraries
              .findFirst()
              .orElseThrow(() -> new AssertionError("install the Debian package 'faketime'"));
      return Map.of(
          "LD_PRELOAD",
          library.toString(),
          "FAKETIME_TIMESTAMP_FILE",
          folder.resolve("clock").toString(),
          "FAKETIME_NO_CACHE",
          "1",
          "FAKETIME_DONT_FAKE_MONOTONIC",
          "1");
    }
  }

  private void setClock(String offset) throws IOException {
    Path next = Files.writeString(folder.resolve("clock.next"), offset + "\n");
    Files.move(next, folder.resolve("clock"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** IPv6 is turned off before it starts. */
  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void oneFamilyIsDisabled(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      lab.namespace("A").exec("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1").orThrow();
      Cluster cluster = new Cluster(api);
      try (AgentProcess agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url())) {
        agent.awaitLine(" objects written in ");
        agent.awaitLine("IPv6 is left out");
        assertReached(lab, "10.211.0.10:80", "a1:8080 from node-a");
        cluster.put(1, Set.of("a2"));
        assertReached(lab, "10.211.0.101:80", "a2:8080 from node-a");
        cluster.remove(1);
        assertReached(lab, "172.29.0.11:30080", "a1:8080 from node-a");
        assertThat(agent.metric("pointsman_services{ip_family=\"IPv4\"}")).isEqualTo(1);
        assertThat(agent.healthz()).isEqualTo(200);
        assertThat(agent.errors()).isEmpty();
      }
    }
  }

  private static void assertReached(Lab lab, String to, String outcome) throws Exception {
    Await.until(
        () -> lab.outcomes("ext", to).equals(List.of(outcome)),
        () -> to + ": " + lab.outcomes("ext", to));
  }
}
