package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.local.AgentSocket;
import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DiffCommandTest {
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{port: 8080}]
      endpoints: [{addresses: [10.244.1.5]}]
      """;

  @TempDir private Path folder;
  private Path file = Path.of("");

  /** What a command said, and its exit code. */
  private record Said(int code, String out, String err) {
    static Said by(String... arguments) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine commandLine = Main.commandLine();
      commandLine.setOut(new PrintWriter(out, true));
      commandLine.setErr(new PrintWriter(err, true));
      int code = commandLine.execute(arguments);
      return new Said(code, out.toString(), err.toString());
    }
  }

  @BeforeEach
  void writeManifests() throws IOException {
    file = Files.writeString(folder.resolve("web.yaml"), MANIFESTS);
  }

  private Said diff(String mode, String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("diff", "-f", file.toString(), "--mode", mode, "--node", "a"));
    arguments.addAll(List.of(more));
    return Said.by(arguments.toArray(String[]::new));
  }

  private static NetworkNamespace namespace() {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
          }
          Assumptions.abort(reason);
        });
    return NetworkNamespace.create();
  }

  private void program(String mode) throws DataplaneException {
    PlannedFiles files = PlannedFiles.read(file, mode, "a", List.of());
    for (IpFamily family : IpFamily.values()) {
      try (Dataplane dataplane = Backends.required(mode).open(family)) {
        dataplane.commit(files.plan(family));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nftables|nft flush map ip pointsman frontends|10.96.0.10 . tcp . 80",
        "nftables|nft delete table ip pointsman|IPv4",
        "iptables|iptables -t nat -F KUBE-SERVICES|missing or changed chain: nat KUBE-SERVICES",
        "iptables|iptables -t nat -D POSTROUTING 1|missing rule: nat POSTROUTING",
      })
  void theKernelIsComparedWithWhatItShouldHold(String mode, String damage, String line)
      throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      namespace.call(() -> {
        program(mode);
        Said same = diff(mode);
        assertThat(same.code()).as(same.toString()).isZero();
        assertThat(same.out())
            .isEqualTo(
                """
                IPv4: the kernel holds the rules of mode %1$s as planned
                IPv6: the kernel holds the rules of mode %1$s as planned
                """
                    .formatted(mode));
        namespace.exec(damage.split(" ")).orThrow();
        Said damaged = diff(mode);
        assertThat(damaged.code()).isEqualTo(1);
        assertThat(damaged.out()).contains(line).contains("IPv6: the kernel holds");
        Said json = diff(mode, "-o", "json");
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.out()).contains("\"family\" : \"IPv4\"", line);
        program(mode);
        assertThat(diff(mode).code()).as("nothing was written by asking").isZero();
        return true;
      });
    }
  }

  @Test
  void theAgentsConfigurationCounts() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("config.conf"),
            """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            mode: nftables
            clusterCIDR: 10.244.0.0/16
            nftables: {masqueradeBit: 9}
            featureGates: {AllowServiceExternalIPs: false}
            """);
    Files.writeString(
        file,
        MANIFESTS.replace(
            "clusterIP: 10.96.0.10,", "clusterIP: 10.96.0.10, externalIPs: [192.0.2.1],"));
    String[] command = {
      "diff", "-f", file.toString(), "--config", config.toString(), "--node", "a"
    };
    try (NetworkNamespace namespace = namespace()) {
      namespace.call(() -> {
        PlannedFiles files = PlannedFiles.read(file, AgentOptions.ofConfiguration(config, "a"));
        assertThat(files.plan(IpFamily.IPV4).context().masqueradeBit()).isEqualTo(9);
        for (IpFamily family : IpFamily.values()) {
          try (Dataplane dataplane = Backends.required("nftables").open(family)) {
            dataplane.commit(files.plan(family));
          }
        }
        assertThat(namespace.exec("nft", "list", "ruleset").orThrow().output())
            .contains("10.96.0.10")
            .doesNotContain("192.0.2.1");
        assertThat(Said.by(command).code()).as("with the configuration").isZero();
        assertThat(diff("nftables").code()).as("with the defaults").isEqualTo(1);
        return true;
      });
    }
    List<String> both = new java.util.ArrayList<>(List.of(command));
    both.addAll(List.of("--mode", "iptables"));
    assertThat(Said.by(both.toArray(String[]::new)).err()).contains("leave them out");
    assertThat(Said.by("diff", "-f", file.toString(), "--config", config.toString()).err())
        .contains("-f needs --node NAME");
  }

  @Test
  void theRunningAgentComparesWithItsOwnPlans() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      namespace.call(() -> {
        program("nftables");
        PlannedFiles files = PlannedFiles.read(file, "nftables", "a", List.of());
        var plan = files.plan(IpFamily.IPV4);
        Path socket = folder.resolve("agent.sock");
        Questions questions =
            new Questions(
                Backends.required("nftables"),
                family ->
                    Optional.of(Reports.committed(plan)).filter(known -> family == IpFamily.IPV4));
        try (AgentSocket _ = AgentSocket.open(socket, questions.answerers())) {
          String[] command = {"diff", "--agent-socket", socket.toString()};
          assertThat(Said.by(command))
              .isEqualTo(
                  new Said(
                      0, "IPv4: the kernel holds the rules of mode nftables as planned\n", ""));
          namespace.exec("nft", "flush", "ruleset").orThrow();
          Said damaged = Said.by(command);
          assertThat(damaged.code()).isEqualTo(1);
          assertThat(damaged.out())
              .contains("1 difference in mode nftables", "missing: table ip pointsman");
        }
        return true;
      });
    }
  }

  @Test
  void withoutAgentNothingCanBeSaid() {
    Said none = Said.by("diff", "--agent-socket", folder.resolve("none").toString());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("no agent listens on", "plan from manifests with -f");
    assertThat(Said.by("diff", "-f", file.toString(), "--node", "a").err())
        .contains("say --mode nftables or --mode iptables");
  }
}
