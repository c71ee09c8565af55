package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: node-a}
      status: {addresses: [{type: InternalIP, address: 192.0.2.11}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        clusterIP: 10.96.0.10
        type: LoadBalancer
        externalTrafficPolicy: Local
        ports: [{name: http, port: 80, nodePort: 30080}]
        loadBalancerSourceRanges: [203.0.113.0/24]
        externalIPs: [192.0.2.300]
      status: {loadBalancer: {ingress: [{ip: 198.51.100.1}]}}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{name: http, port: 8080}]
      endpoints:
      - {addresses: [10.244.1.5], nodeName: node-a}
      - {addresses: [10.244.1.6], nodeName: node-a, conditions: {ready: false}}
      - {addresses: [10.244.2.7], nodeName: node-b}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeManifests() throws IOException {
    Files.writeString(folder.resolve("web.yaml"), MANIFESTS);
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private int explain(String mode, String from, String to, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("explain", "-f", folder.toString(), "--mode", mode, "--node", "node-a"));
    arguments.addAll(List.of("--cluster-cidr", "10.244.0.0/16", "--from", from, "--to", to));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void everyEndpointHasItsReasonAndTheFateIsTold(String mode) {
    int code = explain(mode, "10.244.9.9", "10.96.0.10:80");
    assertThat(out.toString())
        .contains(
            "10.244.9.9 -> 10.96.0.10:80/tcp from the network",
            "Service   shop/web:http",
            "Frontend  cluster IP 10.96.0.10:80/tcp",
            "Policy    Cluster",
            "in   10.244.1.5:8080        on node-a: ready",
            "out  10.244.1.6:8080        on node-a: not ready",
            "Rules of mode " + mode + ", as planned",
            " 50.00 %  DNAT to 10.244.1.5:8080, source kept",
            " 50.00 %  DNAT to 10.244.2.7:8080, source kept");
    assertThat(code).as("the Service has an address that is none").isEqualTo(1);
    assertThat(out.toString()).contains("Look at this", "spec.externalIPs '192.0.2.300'");
  }

  @ParameterizedTest
  @CsvSource({
    "nftables, 203.0.113.7, 198.51.100.1:80, '100.00 %  DNAT to 10.244.1.5:8080, source kept'",
    "iptables, 203.0.113.7, 198.51.100.1:80, '100.00 %  DNAT to 10.244.1.5:8080, source kept'",
    "nftables, 192.0.2.99, 198.51.100.1:80, 100.00 %  dropped",
    "iptables, 192.0.2.99, 198.51.100.1:80, 100.00 %  dropped",
    "nftables, 192.0.2.11, 192.0.2.11:30080, '50.00 %  DNAT to 10.244.2.7:8080, masqueraded'",
    "nftables, 192.0.2.99, 10.96.0.10:81, 100.00 %  rejected",
    "iptables, 192.0.2.99, 10.96.0.10:81, 100.00 %  passed on unchanged: not for a Service",
  })
  void policyAndOriginAreSeen(String mode, String from, String to, String fate) {
    explain(mode, from, to);
    assertThat(out.toString()).contains(fate);
  }

  @Test
  void jsonHasTheSame() {
    explain("nftables", "203.0.113.7", "198.51.100.1:80", "-o", "json");
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains(
            "\"name\" : \"shop/web:http\"",
            "\"policy\" : \"Local\"",
            "\"sourceRanges\" : [ \"203.0.113.0/24\" ]",
            "\"address\" : \"10.244.2.7:8080\", \"node\" : \"node-b\", \"used\" : false,"
                + " \"reason\" : \"on another node, and the policy is Local\"",
            "\"share\" : 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--from|web|--to|10.0.0.1:80|--from: 'web' is not an IP address",
        "--from|10.0.0.1|--to|10.0.0.1|--to '10.0.0.1' has no port: write ADDRESS:PORT[/udp]",
      })
  void whatCannotBeReadIsNamed(String a, String from, String b, String to, String message) {
    assertThat(explain("nftables", from, to)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void withoutAgentTheWaysAreNamed() {
    String socket = folder.resolve("none.sock").toString();
    int code =
        execute("explain", "--agent-socket", socket, "--from", "10.0.0.1", "--to", "10.0.0.2:80");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .contains("no agent listens on " + socket, "plan from files with -f", "--kernel --mode");
  }

  @Test
  void aSocketWithoutAgentIsSaidSo() throws IOException {
    Path socket = Files.createFile(folder.resolve("dead.sock"));
    int code =
        execute(
            "explain",
            "--agent-socket",
            socket.toString(),
            "--from",
            "10.0.0.1",
            "--to",
            "10.0.0.2:80");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("no agent answers on " + socket);
  }
}
