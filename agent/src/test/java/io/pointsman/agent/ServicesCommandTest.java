package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.listing.ServiceList;
import io.pointsman.agent.listing.ServiceLister;
import io.pointsman.agent.listing.ServicesQuestion;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.local.AgentSocket;
import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ServicesCommandTest {
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        clusterIP: 10.96.0.10
        type: LoadBalancer
        externalTrafficPolicy: Local
        sessionAffinity: ClientIP
        sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}
        ports: [{name: http, port: 80, nodePort: 30080}]
        loadBalancerSourceRanges: [203.0.113.0/24]
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
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: idle, namespace: default}
      spec: {clusterIP: 10.96.0.11, ports: [{port: 53, protocol: UDP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: six, namespace: default}
      spec: {clusterIP: "fd00:96::1", clusterIPs: ["fd00:96::1"], ipFamilies: [IPv6], ports: [{port: 80}]}
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

  private int services(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "services",
                "-f",
                folder.resolve("web.yaml").toString(),
                "--mode",
                "nftables",
                "--node",
                "node-a"));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  /** The columns, with one space between them. */
  private List<String> lines() {
    return out.toString().lines().map(line -> line.strip().replaceAll(" {2,}", " ")).toList();
  }

  @Test
  void eachPortHasARow() {
    assertThat(services()).isZero();
    assertThat(lines())
        .containsExactly(
            "NAMESPACE NAME PORT FRONTENDS POLICY AFFINITY ENDPOINTS STATE",
            "default idle udp 10.96.0.11:53 Cluster - 0/0 rejected",
            "default six tcp [fd00:96::1]:80 Cluster - 0/0 rejected",
            "shop web http/tcp 10.96.0.10:80,198.51.100.1:80,*:30080 Cluster/Local 600s 2/3 served");
  }

  @Test
  void wideSaysWhoIsUsedAndWhyOthersAreNot() {
    services("shop/web", "-o", "wide");
    assertThat(lines())
        .hasSize(2)
        .last()
        .asString()
        .endsWith(
            "served 203.0.113.0/24 10.244.1.5:8080,10.244.2.7:8080 10.244.1.6:8080 not ready");
  }

  @Test
  void jsonHasTheReasonsOfBothPolicies() {
    assertThat(services("web", "-n", "shop", "-o", "json")).isZero();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains(
            "\"internal\" : { \"policy\" : \"Cluster\", \"fate\" : \"served\" }",
            "\"external\" : { \"policy\" : \"Local\", \"fate\" : \"served\" }",
            "\"kind\" : \"node port\", \"address\" : \"*:30080\"",
            "\"address\" : \"10.244.2.7:8080\", \"node\" : \"node-b\", \"used\" : true, \"reason\" :"
                + " \"Cluster: ready; Local: on another node, and the policy is Local\"");
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.10, shop web",
    "10.244.2.7, shop web",
    "198.51.100.1, shop web",
    "fd00:96:0::1, default six",
    "10.96.0.11, default idle",
  })
  void anAddressNarrows(String address, String row) {
    assertThat(services("--address", address)).isZero();
    assertThat(lines()).hasSize(2).last().asString().startsWith(row + " ");
  }

  @Test
  void aNamespaceNarrows() {
    services("-n", "shop");
    assertThat(lines()).hasSize(2);
  }

  @Test
  void whoIsNotThereIsSaidSo() {
    assertThat(services("shop/none")).isEqualTo(1);
    assertThat(out.toString()).isEqualTo("No Service of that kind is known here.\n");
    assertThat(services("--address", "10.96.0.99")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--address, web, --address 'web' is not an IP address",
    "-o, yaml, '--output ''yaml'' is not text, wide or json'",
  })
  void whatCannotBeReadIsNamed(String option, String value, String message) {
    assertThat(services(option, value)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void whatTheKernelRefusesIsALeftOutService() {
    PlannedFiles files =
        PlannedFiles.read(folder.resolve("web.yaml"), "nftables", "node-a", List.of());
    FamilyPlan plan = files.plan(IpFamily.IPV4).without(Set.of(new ObjectName("shop", "web")));
    var list = new ServiceLister("nftables", List.of(plan)).list(ServicesQuestion.ALL);
    assertThat(list.hasProblems()).isTrue();
    assertThat(list.leftOut())
        .anySatisfy(out -> {
          assertThat(out.name()).isEqualTo("web");
          assertThat(out.reason()).contains("the kernel refuses its rules");
        });
  }

  @Test
  void theKernelsReasonIsToldWhereItNamedOne() {
    ObjectName web = new ObjectName("shop", "web");
    PlannedFiles files =
        PlannedFiles.read(folder.resolve("web.yaml"), "nftables", "node-a", List.of());
    FamilyPlan plan = files.plan(IpFamily.IPV4).without(Set.of(web));
    SyncReport sync =
        Reports.refusing(
            plan,
            Set.of(web),
            List.of(
                new CommitResult.Refusal("frontends { x }", Optional.of(web), "EINVAL (22)"),
                new CommitResult.Refusal("all", Optional.empty(), "ENOMEM (12)")));
    assertThat(ServiceLister.of("nftables", List.of(sync)).leftOut())
        .filteredOn(out -> out.name().equals("web"))
        .extracting(ServiceList.LeftOut::reason)
        .containsExactly("IPv4: the kernel refuses frontends { x }: EINVAL (22)");
  }

  @Test
  void theRunningAgentIsAsked() throws IOException {
    PlannedFiles files =
        PlannedFiles.read(folder.resolve("web.yaml"), "nftables", "node-a", List.of());
    Map<IpFamily, SyncReport> syncs = new java.util.EnumMap<>(IpFamily.class);
    Function<IpFamily, Optional<SyncReport>> now = family -> Optional.ofNullable(syncs.get(family));
    Path socket = folder.resolve("agent.sock");
    String[] command = {"services", "--agent-socket", socket.toString()};
    try (AgentSocket _ =
        AgentSocket.open(socket, new Questions(Backends.required("nftables"), now).answerers())) {
      assertThat(execute(command)).isEqualTo(2);
      assertThat(err.toString()).contains("nothing is programmed yet");
      syncs.put(IpFamily.IPV4, Reports.committed(files.plan(IpFamily.IPV4)));
      assertThat(execute(command)).isZero();
      assertThat(lines()).hasSize(3);
    }
    try (AgentSocket _ =
        AgentSocket.open(
            socket, Map.of("explain", AgentConnection.answerer(Object.class, q -> q)))) {
      assertThat(execute(command)).isEqualTo(2);
      assertThat(err.toString()).contains("knows no question 'services'", "restart it");
    }
    assertThat(execute(command)).isEqualTo(2);
    assertThat(err.toString()).contains("no agent listens on " + socket);
  }
}
