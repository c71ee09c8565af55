package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pointsman check} on a node with planted problems. */
@NeedsLab
class CheckTest {
  private static final String NFT =
      """
      table inet host {
        chain guard {
          type filter hook forward priority 0; policy drop;
        }
      }
      table ip kube-proxy {
        chain services {
        }
      }
      """;

  private static final String LEGACY =
      """
      *nat
      :KUBE-SERVICES - [0:0]
      :KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
      -A PREROUTING -j KUBE-SERVICES
      COMMIT
      *filter
      :INPUT DROP [0:0]
      COMMIT
      """;

  @TempDir private Path folder;

  private static CommandResult check(NetworkNamespace node, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "check";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return node.exec(AgentProgram.command(all).toArray(String[]::new));
  }

  @Test
  void whatWasPlantedIsFoundAndNothingIsTouched() throws Exception {
    try (NetworkNamespace node = NetworkNamespace.create()) {
      node.exec("ip", "link", "set", "lo", "up").orThrow();
      node.execWithInput(NFT, "nft", "-f", "-").orThrow();
      node.execWithInput(LEGACY, "iptables-legacy-restore").orThrow();
      node.exec("ip", "link", "add", "kube-ipvs0", "type", "bridge").orThrow();
      node.exec("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 60999").orThrow();
      String before = rules(node);
      try (ServerSocket listening =
          node.call(() -> new ServerSocket(30080, 1, InetAddress.getLoopbackAddress()))) {
        CommandResult text = check(node, "--mode", "nftables");
        assertThat(listening.isBound()).isTrue();
        assertThat(text.exitCode()).as(text.errors()).isZero();
        assertThat(text.output().lines())
            .contains("ok    mode nftables, IPv4: the kernel takes the rules")
            .contains("ok    mode nftables, IPv6: the kernel takes the rules")
            .contains("ok    mode iptables, IPv4: the kernel takes the rules");
        assertThat(text.output())
            .contains(
                "warn  nft table inet host, chain guard: drops",
                "warn  iptables-legacy-restore, filter chain INPUT: drops",
                "ok    table ip kube-proxy: ",
                "ok    iptables-legacy-restore: 2 chains of a proxy",
                "warn  interface kube-ipvs0: ",
                "warn  port 30080/tcp: a process listens on it",
                "warn  net.ipv4.ip_local_port_range: ",
                "warn  net.ipv4.ip_forward: is 0")
            .doesNotContain("fail");
      }
      assertThat(rules(node)).isEqualTo(before);
    }
  }

  private static String rules(NetworkNamespace node) {
    return node.exec("nft", "list", "ruleset").orThrow().output()
        + node.exec("iptables-legacy-save").orThrow().output().replaceAll("(?m)^#.*$", "");
  }

  @Test
  void whoComesFromIpvsIsToldWhatEndsInJson() throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: ipvs
        ipvs: {scheduler: lc, strictARP: true, tcpTimeout: 0s, excludeCIDRs: [10.9.0.0/16]}
        """);
    try (NetworkNamespace node = NetworkNamespace.create()) {
      CommandResult json = check(node, "--config", file.toString(), "-o", "json");
      assertThat(json.exitCode()).as(json.errors()).isEqualTo(1);
      JsonNode findings = new ObjectMapper().readTree(json.output());
      assertThat(findings.findValuesAsText("where"))
          .contains("mode", "ipvs.scheduler", "ipvs.strictARP", "ipvs.excludeCIDRs")
          .doesNotContain("ipvs.tcpTimeout");
      assertThat(findings.get(0).get("level").asText()).isEqualTo("fail");
      assertThat(findings.get(0).get("advice").asText()).contains("nftables");
    }
  }

  @Test
  void anUnknownModeIsWrongUsage() {
    try (NetworkNamespace node = NetworkNamespace.create()) {
      CommandResult wrong = check(node, "--mode", "ebtables");
      assertThat(wrong.exitCode()).isEqualTo(2);
      assertThat(List.of(wrong.errors(), wrong.output()))
          .anyMatch(said -> said.contains("iptables"));
    }
  }
}
