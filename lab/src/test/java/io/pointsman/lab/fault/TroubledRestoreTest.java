package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** iptables-restore fails, hangs, or waits for a lock that somebody holds. */
@NeedsLab
class TroubledRestoreTest {
  private static final List<String> PROGRAMS =
      List.of("iptables-legacy-restore", "ip6tables-legacy-restore");

  @TempDir private Path folder;

  /** What is to become of the next runs. */
  private void fault(String name) throws Exception {
    Path next = folder.resolve("fault.next");
    Files.writeString(next, name);
    Files.move(next, folder.resolve("fault"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void failing() throws Exception {
    play(
        () -> fault("fail"),
        () -> fault("none"),
        "iptables-legacy-restore: no room left",
        "refused",
        0);
  }

  @Test
  void itsLockHeld() throws Exception {
    try (Lab elsewhere = Lab.up(Topology.standard(1, 0))) {
      Process[] holder = new Process[1];
      play(
          () -> {
            holder[0] =
                elsewhere.start(
                    "A",
                    new ProcessBuilder(
                        "flock",
                        folder.resolve("lock").toString(),
                        "sh",
                        "-c",
                        "echo held; exec sleep 1000"));
            assertThat(holder[0].inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("held");
          },
          () -> holder[0].descendants().forEach(ProcessHandle::destroyForcibly),
          "another program holds /run/xtables.lock",
          "unknown",
          10);
    }
  }

  /** The program waits half a minute for it. */
  @Test
  @EnabledIfSystemProperty(
      named = "pointsman.faults",
      matches = "true",
      disabledReason = "takes a minute: part of 'make faults'")
  void hanging() throws Exception {
    play(() -> fault("hang"), () -> fault("none"), "did not end within", "unknown", 0);
  }

  /**
   * One that waits outlives its killed agent. It must not write what was wanted then after the next
   * agent has read what is there.
   */
  @Test
  void leftBehindByAKilledAgent() throws Exception {
    writePrograms();
    fault("none");
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      useLegacy(lab);
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a1"));
      AgentProcess first = start(lab, api);
      first.awaitFirstSyncs();
      try (Load load = Load.start(lab)) {
        cluster.awaitServed(lab, first);
        fault("wait");
        cluster.put(1, Set.of("a2"));
        Path waiting = folder.resolve("waiting");
        Await.until(() -> Files.exists(waiting), () -> String.join("\n", first.log()));
        first.kill();
        ProcessHandle left =
            ProcessHandle.of(Long.parseLong(Files.readString(waiting).strip())).orElseThrow();
        assertThat(left.isAlive()).as("it outlives its agent").isTrue();
        fault("none");
        cluster.put(1, Set.of("a1", "a2"));
        try (AgentProcess next = start(lab, api)) {
          next.awaitFirstSyncs();
          cluster.awaitServed(lab, next);
          Files.createFile(folder.resolve("go"));
          Await.until(() -> !left.isAlive(), () -> "never ends");
          cluster.awaitServed(lab, next);
          assertThat(next.log())
              .as("what was left behind has not written")
              .noneMatch(line -> line.contains("somebody else touched"));
          load.assertUndisturbed("after what was left behind");
        }
      }
    }
  }

  @FunctionalInterface
  private interface Deed {
    void run() throws Exception;
  }

  /**
   * @param waited for the lock by two syncs, in seconds, at least
   */
  private void play(Deed breakIt, Deed mend, String told, String outcome, double waited)
      throws Exception {
    writePrograms();
    fault("none");
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      useLegacy(lab);
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a1"));
      try (AgentProcess agent = start(lab, api)) {
        agent.awaitFirstSyncs();
        try (Load load = Load.start(lab)) {
          cluster.awaitServed(lab, agent);
          breakIt.run();
          cluster.put(1, Set.of("a2"));
          agent.awaitLine(told);
          Await.until(() -> agent.healthz() == 503, () -> "never unhealthy");
          String syncs = "pointsman_syncs_total{ip_family=\"IPv4\",outcome=\"" + outcome + "\"}";
          // It tries again by itself.
          Await.until(() -> agent.metric(syncs) >= 2, () -> String.join("\n", agent.log()));
          load.assertUndisturbed("while it fails");
          mend.run();
          cluster.awaitServed(lab, agent);
          assertThat(agent.healthz()).isEqualTo(200);
          String waits = "pointsman_iptables_lock_wait_seconds_";
          assertThat(agent.metric(waits + "count{ip_family=\"IPv4\"}")).isGreaterThan(2);
          assertThat(agent.metric(waits + "sum{ip_family=\"IPv4\"}"))
              .isGreaterThanOrEqualTo(waited);
          load.assertUndisturbed("afterwards");
        }
      }
    }
  }

  /** By this chain of the kubelet the flavour of the host is known. */
  private static void useLegacy(Lab lab) {
    for (String program : List.of("iptables-legacy", "ip6tables-legacy")) {
      lab.namespace("A").exec(program, "-t", "mangle", "-N", "KUBE-IPTABLES-HINT").orThrow();
    }
  }

  private AgentProcess start(Lab lab, ApiServer api) {
    return AgentProcess.start(
        lab,
        folder,
        Map.of(
            "PATH",
            folder + ":" + System.getenv("PATH"),
            "XTABLES_LOCKFILE",
            folder.resolve("lock").toString()),
        AgentProcess.command(
            folder, "iptables", "--master=" + api.url(), "--iptables-sync-period=1s"));
  }

  /** Stand before the host's on the PATH and do what the file says. */
  private void writePrograms() throws Exception {
    for (String program : PROGRAMS) {
      Path script = folder.resolve(program);
      Files.writeString(
          script,
          """
          #!/bin/sh
          case $(cat %1$s/fault) in
            fail) cat >/dev/null; echo '%2$s: no room left' >&2; exit 1 ;;
            hang) exec setpriv --pdeathsig KILL sleep 1000 ;;
            wait)
              echo $$ >%1$s/waiting.next; mv %1$s/waiting.next %1$s/waiting
              until [ -e %1$s/go ]; do sleep 0.1; done ;;
          esac
          PATH=${PATH#*:}; exec %2$s "$@"
          """
              .formatted(folder, program));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
