package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.system.KernelFile;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With how few rights the agent serves. */
@NeedsLab
@Timeout(90)
class RightsTest {
  private static final String WEB =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: default}
      spec:
        type: NodePort
        clusterIP: 10.211.0.9
        ports: [{port: 80, nodePort: 30080}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{port: 8080}]
      endpoints: [{addresses: [10.210.1.11]}]
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void afterInitOnlyTheRightToProgramTheNetworkIsEnough(String mode) throws IOException {
    Files.writeString(folder.resolve("web.yaml"), WEB);
    try (Lab lab = Lab.up(Topology.standard(1, 1))) {
      NetworkNamespace node = lab.namespace("A");
      node.exec(
              AgentProgram.command("run", "--init-only", "--proxy-mode", mode)
                  .toArray(String[]::new))
          .orThrow();
      Process agent =
          lab.start(
              "A",
              new ProcessBuilder(
                      AgentProgram.restricted(
                          "+net_admin",
                          "run",
                          "--source",
                          "dir:" + folder,
                          "--proxy-mode",
                          mode,
                          "--cluster-cidr",
                          "10.210.0.0/16",
                          "--agent-socket="))
                  .redirectErrorStream(true));
      List<String> log = untilFirstSync(agent);
      assertThat(lab.outcomes("ext", "172.29.0.11:30080")).containsExactly("a1:8080 from node-a");
      assertThat(log)
          .as("init-only has set it all before")
          .noneMatch(line -> line.contains("/proc/sys"));
    }
  }

  private static List<String> untilFirstSync(Process agent) throws IOException {
    List<String> log = new ArrayList<>();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      log.add(line);
      if (line.contains("IPv4: ") && line.contains("objects written")) {
        return log;
      }
    }
    throw new AssertionError("the agent ended: " + String.join("\n", log));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--kubeconfig=/missing", "--source=dir:/missing"})
  void whereNothingCanBeReadNothingIsTouched(String source) throws Exception {
    try (NetworkNamespace node = NetworkNamespace.create()) {
      CommandResult ended =
          node.exec(
              AgentProgram.command(
                      "run", source, "--conntrack-tcp-timeout-established=1234s", "--agent-socket=")
                  .toArray(String[]::new));
      assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(2);
      assertThat(ended.errors()).contains("/missing");
      Path setting = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established");
      assertThat(node.call(() -> KernelFile.read(setting))).isNotEqualTo("1234");
    }
  }

  /** Rules in the other flavour would be out of the host's sight. */
  @Test
  void iptablesOfTheLegacyFlavourNeedOneMore() throws IOException {
    Files.writeString(folder.resolve("web.yaml"), WEB);
    try (NetworkNamespace node = NetworkNamespace.create()) {
      node.exec("iptables-legacy", "-t", "mangle", "-N", "KUBE-KUBELET-CANARY").orThrow();
      CommandResult ended =
          node.exec(
              AgentProgram.restricted(
                      "+net_admin",
                      "run",
                      "--source",
                      "dir:" + folder,
                      "--proxy-mode",
                      "iptables",
                      "--agent-socket=")
                  .toArray(String[]::new));
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.errors())
          .contains("iptables-legacy-save", "CAP_NET_RAW")
          .as("with an unwritable /proc/sys it goes on, and says what to do")
          .contains("nf_conntrack_tcp_timeout_established is 432000 and cannot be set to 86400");
    }
  }
}
