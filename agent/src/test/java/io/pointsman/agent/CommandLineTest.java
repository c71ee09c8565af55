package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {
  private static final String SERVICES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        clusterIP: 10.96.0.10
        type: NodePort
        ports: [{port: 80, nodePort: 30080}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: xweb}
      spec:
        clusterIP: 10.96.0.300
        ports: [{port: 80}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: late}
      spec:
        clusterIP: 10.96.0.11
        type: NodePort
        ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 80}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: orphan-1, labels: {kubernetes.io/service-name: orphan}}
      addressType: IPv4
      ports: [{port: 8080}]
      endpoints: [{addresses: [10.244.1.5]}]
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  @ParameterizedTest
  @CsvSource({"nftables,map frontends", "iptables,KUBE-SERVICES"})
  void whatIsWrongIsNamedAndTheRestIsRendered(String mode, String rule, @TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("all.yaml"), SERVICES);
    int code = execute("render", "-f", folder.toString(), "--mode", mode, "--node", "node-a");
    assertThat(code).isEqualTo(1);
    assertThat(out.toString()).contains(rule, "10.96.0.10");
    assertThat(err.toString())
        .contains(
            "Service default/xweb: spec.clusterIPs[0] '10.96.0.300' is not an IP address",
            "Service default/web: its node port 30080/tcp already belongs to Service"
                + " default/late:a",
            "Service default/late: nodePort 80 of port 81 is outside 30000-32767",
            "EndpointSlice default/orphan-1: its label kubernetes.io/service-name names Service"
                + " default/orphan, which does not exist");
  }

  @Test
  void aBadManifestIsNamedWithItsLine(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("bad.yaml"), "kind: Service\nmetadata: [\n");
    assertThat(execute("render", "-f", folder.toString(), "--mode", "nftables", "--node", "n"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("bad.yaml:3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "render -f /none --mode ipvs --node n | --proxy-mode 'ipvs' is not one of iptables, nftables",
        "render -f /none --mode nftables --node n | /none",
        "render --mode nftables | say -f PATH",
        "run --source x | --source 'x' is not dir:PATH",
        "run --source dir:/none | /none does not exist",
        "run surplus | Unmatched argument",
        "frobnicate | Unmatched argument",
      })
  void wrongUsageSaysWhatIsWrong(String arguments, String message) {
    assertThat(execute(arguments.strip().split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void aConfigurationOfAnotherKindIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.conf");
    Files.writeString(file, "apiVersion: v1\nkind: ConfigMap\n");
    assertThat(execute("run", "--config", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("apiVersion is 'v1', it must be 'kubeproxy.config.k8s.io/v1alpha1'");
  }
}
