package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pointsman.agent.Main;
import io.pointsman.apiserver.ApiServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A dump of a running agent holds what the agent tells, and no secret. */
@NeedsLab
@Timeout(90)
class DumpTest {
  private static final String TOKEN = "eyJ-a-token-that-nobody-may-see";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OBJECTS =
      List.of(
          """
          {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a","labels":{
           "topology.kubernetes.io/zone":"east"}},"status":{"addresses":[
           {"type":"InternalIP","address":"172.29.0.11"}]}}
          """,
          """
          {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default",
           "creationTimestamp":"2026-01-02T03:04:05Z"},
           "spec":{"type":"LoadBalancer","clusterIPs":["10.211.0.9","fd00:211::9"],
           "ipFamilies":["IPv4","IPv6"],"sessionAffinity":"ClientIP",
           "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":600}},
           "externalTrafficPolicy":"Local","loadBalancerSourceRanges":["172.29.0.0/16"],
           "healthCheckNodePort":32000,
           "ports":[{"name":"http","port":80,"protocol":"TCP","nodePort":30080}]},
           "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.9"}]}}}
          """,
          """
          {"apiVersion":"v1","kind":"Service","metadata":{"name":"idle","namespace":"default"},
           "spec":{"clusterIPs":["10.211.0.10"],"externalIPs":["203.0.113.10"],
           "ports":[{"port":53,"protocol":"UDP"}]}}
          """,
          """
          {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"web-1",
           "namespace":"default","labels":{"kubernetes.io/service-name":"web"}},
           "addressType":"IPv4","ports":[{"name":"http","protocol":"TCP","port":8080}],
           "endpoints":[{"addresses":["10.210.1.11"],"nodeName":"node-a",
           "hints":{"forZones":[{"name":"east"}]}},
           {"addresses":["10.210.2.11"],"nodeName":"node-b","conditions":{"ready":false,
           "serving":true,"terminating":true}}]}
          """);

  @TempDir private Path folder;

  private String command(int code, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    assertThat(commandLine.execute(arguments)).as(err.toString()).isEqualTo(code);
    return out.toString() + err;
  }

  private String socket() {
    return folder.resolve("agent.sock").toString();
  }

  private Process start(Lab lab, String server, String... more) throws IOException {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: {token: %s}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(server, TOKEN));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--kubeconfig=" + kubeconfig,
                "--hostname-override=node-a",
                "--cluster-cidr=10.210.0.0/16",
                "--agent-socket=" + socket()));
    arguments.addAll(List.of(more));
    return lab.start(
        "A",
        new ProcessBuilder(AgentProgram.command(arguments.toArray(String[]::new)))
            .redirectErrorStream(true));
  }

  /** Reads the log up to a line, and goes on reading so that the agent never waits for us. */
  private static void await(BufferedReader log, String... patterns) throws IOException {
    for (String pattern : patterns) {
      String line = log.readLine();
      while (line != null && !line.matches(pattern)) {
        line = log.readLine();
      }
      assertThat(line).as(pattern).isNotNull();
    }
    Thread.ofPlatform().daemon().start(() -> log.lines().forEach(line -> {}));
  }

  /** The members by name, as tar itself takes them out. */
  private Map<String, String> extracted(Path archive) throws Exception {
    Path into = Files.createDirectory(folder.resolve("extracted"));
    Process tar =
        new ProcessBuilder("tar", "-xf", archive.toString(), "-C", into.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
    Map<String, String> members = new TreeMap<>();
    try (Stream<Path> files = Files.list(into)) {
      for (Path file : files.toList()) {
        members.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return members;
  }

  private static String member(Map<String, String> members, String name) {
    return members.getOrDefault(name, "no member " + name);
  }

  private static String ask(Lab lab, String path) throws Exception {
    return lab.namespace("A")
        .call(() -> {
          try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), 10249)) {
            socket.setSoTimeout(30_000);
            socket
                .getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer =
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
          }
        });
  }

  /** But for those that come into being with the first collection of garbage. */
  private static List<String> types(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("# TYPE ") && !line.contains(" jvm_gc_pause_"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void aDumpHoldsWhatTheAgentTells(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 1));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      OBJECTS.forEach(api::put);
      Process agent = start(lab, api.url(), "--proxy-mode=" + mode);
      await(
          agent.inputReader(StandardCharsets.UTF_8),
          ".*IPv[46]: .* objects written.*",
          ".*IPv[46]: .* objects written.*");
      Path archive = folder.resolve("a.tar.gz");
      command(0, "dump", "--agent-socket", socket(), "-o", archive.toString());
      assertThat(Files.getPosixFilePermissions(archive))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      Map<String, String> members = extracted(archive);
      assertThat(members.keySet())
          .containsExactlyInAnyOrder(
              "about.json",
              "configz.json",
              "diagnostics.txt",
              "differences.txt",
              "kernel-IPv4.txt",
              "kernel-IPv6.txt",
              "left-out.json",
              "log.txt",
              "metrics.txt",
              "node.json",
              "plan-IPv4.jsonl",
              "plan-IPv6.jsonl",
              "readyz.txt",
              "rules-IPv4.txt",
              "rules-IPv6.txt",
              "snapshot.yaml",
              "syncs.txt");
      assertThat(members.get("configz.json")).isEqualTo(ask(lab, "/configz"));
      assertThat(members.get("readyz.txt")).isEqualTo(ask(lab, "/readyz"));
      assertThat(types(member(members, "metrics.txt"))).isEqualTo(types(ask(lab, "/metrics")));
      assertThat(JSON.readTree(members.get("about.json")).path("mode").asText()).isEqualTo(mode);
      assertThat(
              JSON.readTree(members.get("node.json"))
                  .at("/sysctls/net.netfilter.nf_conntrack_max")
                  .asText())
          .as("the whole number, of which the kernel gives a slow reader one digit")
          .matches("[0-9]{2,}");
      assertThat(JSON.readTree(members.get("node.json")).at("/IPv4/nodeIp").asText())
          .isEqualTo("172.29.0.11");
      assertThat(members.get("log.txt")).contains("Serving node node-a in mode " + mode);
      assertThat(members.get("syncs.txt")).contains("IPv4 committed: ", "IPv6 committed: ");
      assertThat(members.get("differences.txt"))
          .isEqualTo(command(0, "diff", "--agent-socket", socket()));
      assertPlan(members);
      assertRules(members, mode);
      assertThat(members.toString()).doesNotContain(TOKEN);
    }
  }

  private void assertPlan(Map<String, String> members) throws IOException {
    JsonNode told = JSON.readTree(command(0, "services", "--agent-socket", socket(), "-o", "json"));
    List<JsonNode> dumped = new ArrayList<>();
    for (String family : List.of("IPv4", "IPv6")) {
      for (String line : member(members, "plan-" + family + ".jsonl").lines().toList()) {
        dumped.add(JSON.readTree(line));
      }
    }
    assertThat(dumped).hasSize(3).containsExactlyInAnyOrderElementsOf(told.path("ports")::elements);
    assertThat(JSON.readTree(members.get("left-out.json"))).isEqualTo(told.path("leftOut"));
  }

  /** The snapshot, taken for manifests, gives the rules again; and the kernel holds them. */
  private void assertRules(Map<String, String> members, String mode) {
    for (String family : List.of("IPv4", "IPv6")) {
      String[] render = {
        "render",
        "-f",
        folder.resolve("extracted/snapshot.yaml").toString(),
        "--mode",
        mode,
        "--node",
        "node-a",
        "--family",
        family,
        "--cluster-cidr",
        "10.210.0.0/16"
      };
      String rules = members.get("rules-" + family + ".txt");
      assertThat(command(0, render)).as(family).isEqualTo(rules);
      if (mode.equals("nftables")) {
        assertThat(members.get("kernel-" + family + ".txt")).isEqualTo(rules);
      }
    }
    assertThat(members.get("kernel-IPv4.txt")).contains("10.211.0.9", "203.0.113.9");
  }

  @Test
  void anAgentThatServesNothingIsDumpedAndNoSecretIsInIt() throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 1))) {
      Process agent = start(lab, "https://127.0.0.1:1", "--proxy-mode=nftables", "-v=9");
      await(agent.inputReader(StandardCharsets.UTF_8), ".*127\\.0\\.0\\.1:1\\D.*");
      Path archive = folder.resolve("a.tar");
      command(0, "dump", "--agent-socket", socket(), "-o", archive.toString());
      Map<String, String> members = extracted(archive);
      assertThat(members.get("problems.txt"))
          .contains("snapshot.yaml: no sync has ended yet", "differences.txt: nothing is");
      assertThat(members.get("readyz.txt")).isEqualTo(ask(lab, "/readyz"));
      assertThat(members.get("log.txt")).contains("127.0.0.1:1");
      assertThat(members.get("configz.json")).contains("\"kubeconfig\":");
      assertThat(members.toString()).doesNotContain(TOKEN);

      String again = command(2, "dump", "--agent-socket", socket(), "-o", archive.toString());
      assertThat(again).contains("is there already; remove it or name another");
      assertThat(archive).as("what was there stays").isNotEmptyFile();
    }
  }

  @Test
  void whyThereIsNoDumpIsTold() {
    Path file = folder.resolve("a.tar");
    assertThat(command(2, "dump", "--agent-socket", socket(), "-o", file.toString()))
        .contains("no agent listens on " + socket() + "; start one, or name its socket");
    assertThat(file).as("no half dump").doesNotExist();
    String nowhere = folder.resolve("none/a.tar").toString();
    assertThat(command(2, "dump", "-o", nowhere))
        .contains("--output " + nowhere + " cannot be written: no such file or folder; check");
  }
}
