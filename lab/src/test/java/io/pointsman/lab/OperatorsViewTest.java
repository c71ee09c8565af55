package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Flow;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.nfacct.AccountingSocket;
import io.pointsman.snapshot.ClusterEvent;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running proxy tells: scraped after real packets, and compared with kube-proxy's names. */
@NeedsLab
class OperatorsViewTest {
  private static final ObjectName NAME = new ObjectName("default", "web");
  private static final String VIP = "203.0.113.9";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)\\})? (\\S+)");

  /** Every metric of kube-proxy 1.36.2 in either mode: name, type, labels, number of buckets. */
  private static final String KUBE_PROXY =
      """
      kubeproxy_conntrack_reconciler_deleted_entries_total counter ip_family
      kubeproxy_conntrack_reconciler_sync_duration_seconds histogram ip_family 16
      kubeproxy_network_programming_duration_seconds histogram ip_family 81
      kubeproxy_proxy_healthz_total counter code
      kubeproxy_proxy_livez_total counter code
      kubeproxy_sync_full_proxy_rules_duration_seconds histogram ip_family 16
      kubeproxy_sync_partial_proxy_rules_duration_seconds histogram ip_family 16
      kubeproxy_sync_proxy_rules_duration_seconds histogram ip_family 16
      kubeproxy_sync_proxy_rules_endpoint_changes_pending gauge -
      kubeproxy_sync_proxy_rules_endpoint_changes_total counter -
      kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge ip_family
      kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge ip_family
      kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge ip_family,traffic_policy
      kubeproxy_sync_proxy_rules_service_changes_pending gauge -
      kubeproxy_sync_proxy_rules_service_changes_total counter -
      """;

  private static final Map<String, String> OF_MODE =
      Map.of(
          "iptables",
          """
          kubeproxy_sync_proxy_rules_iptables_last gauge ip_family,table
          kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total counter ip_family
          kubeproxy_sync_proxy_rules_iptables_restore_failures_total counter ip_family
          kubeproxy_sync_proxy_rules_iptables_total gauge ip_family,table
          """,
          "nftables",
          """
          kubeproxy_sync_proxy_rules_nftables_sync_failures_total counter ip_family
          """);

  /** In mode iptables where the kernel has nfacct, as kube-proxy tells them there alone. */
  private static final String COUNTED =
      """
      kubeproxy_iptables_ct_state_invalid_dropped_packets_total counter -
      kubeproxy_iptables_localhost_nodeports_accepted_packets_total counter -
      """;

  /** What the dashboard of kubernetes-mixin plots of the proxy itself. */
  private static final List<String> DASHBOARD =
      List.of(
          "kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"}",
          "kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=\"+Inf\"}",
          "kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"}",
          "kubeproxy_network_programming_duration_seconds_bucket{ip_family=\"IPv4\",le=\"+Inf\"}",
          "process_resident_memory_bytes",
          "process_cpu_seconds_total",
          "go_goroutines");

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void aRunningProxyTellsWhatItDoes(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        HandFedAgent agent =
            new HandFedAgent(lab.namespace("A"), AgentOptions.defaults(mode, "node-a"), List.of());
        Flow client =
            lab.prober().flow("ext", Destination.of(VIP + ":53", Protocol.UDP), Optional.empty())) {
      awaitBoth(agent);
      agent.send(service(), slice("10.210.1.11"));
      awaitBoth(agent);
      for (int i = 0; i < 3; i++) {
        assertThat(lab.outcomes("ext", VIP + ":80")).containsExactly("a1:8080 from node-a");
      }
      assertThat(client.ask(PATIENCE).toString()).isEqualTo("a1:8080 from node-a");
      agent.send(slice("10.210.1.12"));
      awaitBoth(agent);
      assertThat(client.ask(PATIENCE).toString()).isEqualTo("a2:8080 from node-a");

      assertMetrics(ask(lab, "/metrics"), mode, mode.equals("iptables") && hasCounters(lab));
      assertTraffic(ask(lab, "/metrics/traffic"), mode);
      assertThat(ask(lab, "/status?count=1"))
          .startsWith("HTTP/1.1 200 OK")
          .contains("default/web:http/tcp", "10.210.1.12:8080");
      assertThat(ask(lab, "/proxyMode")).endsWith("\r\n\r\n" + mode);
    }
  }

  private static boolean hasCounters(Lab lab) throws Exception {
    return lab.namespace("A")
        .call(() -> {
          try (AccountingSocket socket = AccountingSocket.open(PATIENCE)) {
            socket.packets("any");
            return true;
          } catch (NetlinkException without) {
            return false;
          }
        });
  }

  private static void assertMetrics(String metrics, String mode, boolean counted) {
    assertThat(described(metrics))
        .containsExactlyElementsOf(
            new TreeSet<>(
                Stream.of(KUBE_PROXY, String.valueOf(OF_MODE.get(mode)), counted ? COUNTED : "")
                    .flatMap(String::lines)
                    .toList()));
    for (String sample : DASHBOARD) {
      assertThat(value(metrics, sample)).as(sample).isPositive();
    }
    assertThat(
            value(
                metrics,
                "kubeproxy_conntrack_reconciler_deleted_entries_total{ip_family=\"IPv4\"}"))
        .isPositive();
    assertThat(value(metrics, "pointsman_service_ports{ip_family=\"IPv4\"}")).isEqualTo(2);
    assertThat(value(metrics, "pointsman_endpoints{ip_family=\"IPv4\"}")).isEqualTo(2);
    assertThat(value(metrics, "pointsman_kernel_objects{ip_family=\"IPv4\",kind=\"chains\"}"))
        .isPositive();
    assertThat(value(metrics, "pointsman_oldest_unapplied_change_seconds{ip_family=\"IPv4\"}"))
        .isZero();
    assertThat(metrics).contains("git_version=\"v1.36.2+pointsman.");
  }

  private static void assertTraffic(String traffic, String mode) {
    if (mode.equals("iptables")) {
      assertThat(traffic).startsWith("HTTP/1.1 404 ").contains("nftables does");
      return;
    }
    String web =
        "{ip_family=\"IPv4\",namespace=\"default\",port=\"%s\",protocol=\"%s\",service=\"web\"}";
    double sum = value(traffic, "pointsman_connections_total{ip_family=\"IPv4\"}");
    assertThat(sum).isGreaterThan(4);
    assertThat(value(traffic, "pointsman_service_connections_total" + web.formatted("dns", "UDP")))
        .as("one flow, tracked anew after its endpoint had gone")
        .isEqualTo(2);
    assertThat(value(traffic, "pointsman_service_connections_total" + web.formatted("http", "TCP")))
        .isEqualTo(sum - 2);
  }

  private static String ask(Lab lab, String path) throws Exception {
    return lab.namespace("A")
        .call(() -> {
          try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), 10249)) {
            socket.setSoTimeout(30_000);
            socket
                .getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          }
        });
  }

  private static double value(String text, String sample) {
    return text.lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample " + sample + " in\n" + text));
  }

  /** kube-proxy's families, as a line each. */
  private static Set<String> described(String text) {
    Map<String, String> types = new TreeMap<>();
    Map<String, TreeSet<String>> labels = new TreeMap<>();
    Map<String, List<String>> buckets = new TreeMap<>();
    for (String line : text.lines().filter(line -> line.contains("kubeproxy_")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        types.put(words[2], words[3]);
      } else if (sample.matches()) {
        String name = sample.group(1);
        String family =
            types.containsKey(name) ? name : name.replaceFirst("_(bucket|count|sum)$", "");
        TreeSet<String> names = labels.computeIfAbsent(family, key -> new TreeSet<>());
        for (String pair : Optional.ofNullable(sample.group(2)).orElse("").split(",", -1)) {
          String[] label = pair.split("=", -1);
          if (label[0].equals("le")) {
            buckets.computeIfAbsent(family, key -> new ArrayList<>()).add(label[1]);
          } else if (!label[0].isEmpty()) {
            names.add(label[0]);
          }
        }
      }
    }
    TreeSet<String> lines = new TreeSet<>();
    types.forEach((name, type) -> {
      TreeSet<String> names = labels.getOrDefault(name, new TreeSet<>());
      String bounds =
          Optional.ofNullable(buckets.get(name))
              .map(all -> " " + all.stream().distinct().count())
              .orElse("");
      lines.add(
          name + " " + type + " " + (names.isEmpty() ? "-" : String.join(",", names)) + bounds);
    });
    return lines;
  }

  private static void awaitBoth(HandFedAgent agent) {
    agent.nextFlows(IpFamily.IPV4);
    agent.nextFlows(IpFamily.IPV6);
  }

  private static ClusterEvent service() {
    return new ClusterEvent.ServiceSet(
        new Service(
            NAME,
            Instant.EPOCH,
            ServiceType.CLUSTER_IP,
            List.of("10.211.0.9"),
            List.of(IpFamily.IPV4),
            List.of(
                new Service.Port("http", Protocol.TCP, 80, 0),
                new Service.Port("dns", Protocol.UDP, 53, 0)),
            List.of(VIP),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0));
  }

  private static ClusterEvent slice(String pod) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName("default", "web-1"),
            NAME,
            IpFamily.IPV4,
            List.of(
                new EndpointSlice.Port("http", Protocol.TCP, 8080),
                new EndpointSlice.Port("dns", Protocol.UDP, 8080)),
            List.of(Endpoint.ready(pod, "node-a")),
            Optional.of(Instant.now())));
  }
}
