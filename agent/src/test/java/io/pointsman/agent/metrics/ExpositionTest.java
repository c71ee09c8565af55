package io.pointsman.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Hits;
import io.pointsman.dataplane.Inventory;
import io.pointsman.dataplane.PacketCounter;
import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.plan.Target;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {
  private static final Instant START = Instant.parse("2026-11-25T08:00:00Z");
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)\\})? (\\S+)");

  /** Names, types and labels as kube-proxy 1.36 has them. */
  private static final String EVERY_MODE =
      """
      kubeproxy_conntrack_reconciler_deleted_entries_total counter ip_family
      kubeproxy_conntrack_reconciler_sync_duration_seconds histogram ip_family
      kubeproxy_network_programming_duration_seconds histogram ip_family
      kubeproxy_proxy_healthz_total counter code
      kubeproxy_proxy_livez_total counter code
      kubeproxy_sync_full_proxy_rules_duration_seconds histogram ip_family
      kubeproxy_sync_partial_proxy_rules_duration_seconds histogram ip_family
      kubeproxy_sync_proxy_rules_duration_seconds histogram ip_family
      kubeproxy_sync_proxy_rules_endpoint_changes_pending gauge -
      kubeproxy_sync_proxy_rules_endpoint_changes_total counter -
      kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge ip_family
      kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge ip_family
      kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge ip_family,traffic_policy
      kubeproxy_sync_proxy_rules_service_changes_pending gauge -
      kubeproxy_sync_proxy_rules_service_changes_total counter -
      """;

  private static final Map<String, String> ONE_MODE =
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

  private Instant now = START;

  private final class Clock implements InstantSource {
    @Override
    public Instant instant() {
      return now;
    }
  }

  private Recorder recorder(String mode) {
    return new Recorder(mode, EnumSet.allOf(IpFamily.class), new Clock());
  }

  private static String scrape(Recorder recorder) {
    return scrape(recorder, Map.of());
  }

  private static String scrape(Recorder recorder, Map<IpFamily, Duration> unapplied) {
    return scrape(recorder, unapplied, Map.of());
  }

  private static String scrape(
      Recorder recorder, Map<IpFamily, Duration> unapplied, Map<PacketCounter, Long> packets) {
    try (Exposition exposition =
        new Exposition(
            recorder::readings,
            () -> new Present(unapplied, 2, 3, packets, 7, Optional.empty()),
            Map.of("AllowServiceExternalIPs", false))) {
      return exposition.scrape();
    }
  }

  /** Each family of samples as a line: name, type, names of labels. */
  private static Set<String> described(String text, String prefix) {
    Map<String, String> types = new TreeMap<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (line.startsWith("# TYPE " + prefix)) {
        String[] words = line.split(" ", -1);
        types.put(words[2], words[3]);
      } else if (line.startsWith(prefix) && sample.matches()) {
        String name = sample.group(1);
        String family =
            types.containsKey(name) ? name : name.replaceFirst("_(bucket|count|sum)$", "");
        Set<String> names = labels.computeIfAbsent(family, key -> new TreeSet<>());
        for (String pair : Optional.ofNullable(sample.group(2)).orElse("").split(",", -1)) {
          String label = pair.replaceFirst("=.*", "");
          if (!label.isEmpty() && !label.equals("le")) {
            names.add(label);
          }
        }
      }
    }
    assertThat(labels.keySet()).isEqualTo(types.keySet());
    return types.entrySet().stream()
        .map(type ->
            type.getKey()
                + " "
                + type.getValue()
                + " "
                + names(labels.getOrDefault(type.getKey(), Set.of())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String names(Set<String> labels) {
    return labels.isEmpty() ? "-" : String.join(",", labels);
  }

  private static double value(String text, String sample) {
    return text.lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample " + sample + " in\n" + text));
  }

  private static List<String> bounds(String text, String histogram) {
    Pattern bucket =
        Pattern.compile(histogram + "_bucket\\{ip_family=\"IPv4\",le=\"([^\"]+)\"\\} .*");
    return text.lines()
        .map(bucket::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables", "nftables"})
  void namesTypesAndLabelsAreThoseOfKubeProxy(String mode) {
    Set<String> expected =
        Stream.of(EVERY_MODE, String.valueOf(ONE_MODE.get(mode)))
            .flatMap(String::lines)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described(scrape(recorder(mode)), "kubeproxy_")).isEqualTo(expected);
  }

  @Test
  void theProcessHasTheUsualNames() {
    String text = scrape(recorder("nftables"));
    assertThat(described(text, "process_"))
        .contains(
            "process_cpu_seconds_total counter -",
            "process_max_fds gauge -",
            "process_open_fds gauge -",
            "process_resident_memory_bytes gauge -",
            "process_start_time_seconds gauge -",
            "process_virtual_memory_bytes gauge -");
    assertThat(value(text, "process_resident_memory_bytes")).isGreaterThan(10e6);
    assertThat(value(text, "process_start_time_seconds")).isGreaterThan(1.7e9);
    assertThat(text).contains("# TYPE jvm_memory_used_bytes gauge");
  }

  @Test
  void bucketsAreThoseOfKubeProxy() {
    String text = scrape(recorder("nftables"));
    assertThat(bounds(text, "kubeproxy_sync_proxy_rules_duration_seconds"))
        .containsExactly(
            "0.001", "0.002", "0.004", "0.008", "0.016", "0.032", "0.064", "0.128", "0.256",
            "0.512", "1.024", "2.048", "4.096", "8.192", "16.384", "+Inf");
    List<String> expected = new ArrayList<>(List.of("0.25", "0.5"));
    for (int i = 1; i < 60; i++) {
      expected.add(i + ".0");
    }
    for (int i = 60; i < 120; i += 5) {
      expected.add(i + ".0");
    }
    for (int i = 120; i <= 300; i += 30) {
      expected.add(i + ".0");
    }
    expected.add("+Inf");
    assertThat(bounds(text, "kubeproxy_network_programming_duration_seconds")).isEqualTo(expected);
  }

  @Test
  void syncsAreCountedByWhatTheyKnewAndWhatCameOfThem() {
    Recorder recorder = recorder("iptables");
    FamilyPlan plan = FamilyPlan.empty(Reports.context(IpFamily.IPV4));
    now = START.plusSeconds(10);
    recorder.accept(Reports.committed(plan));
    recorder.accept(Reports.committed(plan));
    recorder.accept(Reports.of(plan, new CommitResult.Unknown("scripted")));
    recorder.accept(Reports.of(plan, new CommitResult.Rejected(List.of())));
    now = START.plusSeconds(20);
    recorder.accept(Reports.committed(plan));
    String text = scrape(recorder);
    String v4 = "{ip_family=\"IPv4\"}";
    assertThat(value(text, "kubeproxy_sync_proxy_rules_duration_seconds_count" + v4)).isEqualTo(5);
    assertThat(value(text, "kubeproxy_sync_full_proxy_rules_duration_seconds_count" + v4))
        .isEqualTo(3);
    assertThat(value(text, "kubeproxy_sync_partial_proxy_rules_duration_seconds_count" + v4))
        .isEqualTo(2);
    String restore = "kubeproxy_sync_proxy_rules_iptables_";
    assertThat(value(text, restore + "restore_failures_total" + v4)).isEqualTo(2);
    assertThat(value(text, restore + "partial_restore_failures_total" + v4)).isEqualTo(1);
    assertThat(value(text, "kubeproxy_sync_proxy_rules_last_timestamp_seconds" + v4))
        .isEqualTo(START.getEpochSecond() + 20.0);
    assertThat(value(text, "pointsman_kernel_objects_written_total" + v4)).isEqualTo(3);
  }

  @Test
  void changesWaitUntilBothFamiliesHaveTakenThemIn() {
    Recorder recorder = recorder("nftables");
    recorder.queued(List.of(new ClusterEvent.ServiceGone(WEB), new ClusterEvent.SliceGone(WEB)));
    recorder.queued(List.of(new ClusterEvent.ServiceGone(WEB)));
    recorder.accept(Reports.taking(IpFamily.IPV4, 3));
    recorder.accept(Reports.taking(IpFamily.IPV6, 2));
    String text = scrape(recorder);
    String prefix = "kubeproxy_sync_proxy_rules_";
    assertThat(value(text, prefix + "service_changes_total")).isEqualTo(4);
    assertThat(value(text, prefix + "endpoint_changes_total")).isEqualTo(1);
    assertThat(value(text, prefix + "service_changes_pending")).isEqualTo(1);
    assertThat(value(text, prefix + "endpoint_changes_pending")).isZero();
    recorder.accept(Reports.taking(IpFamily.IPV6, 1));
    assertThat(value(scrape(recorder), prefix + "service_changes_pending")).isZero();
  }

  private static FamilyPlan withGaps(FamilyPlan plan, Route internal, Route external) {
    PortPlan port =
        new PortPlan(
            new ServicePortName(WEB, "", Protocol.TCP),
            List.of(
                new Frontend(
                    Frontend.Kind.CLUSTER_IP,
                    new Destination.Virtual(IpAddress.of("10.96.0.1"), Protocol.TCP, 80)),
                new Frontend(
                    Frontend.Kind.NODE_PORT, new Destination.NodePort(Protocol.TCP, 30080))),
            internal,
            external,
            0,
            List.of(),
            List.of());
    ServicePlan service =
        new ServicePlan(WEB, Instant.EPOCH, List.of(port), Optional.empty(), List.of());
    return new FamilyPlan(
        plan.context(),
        plan.services().with(WEB, service),
        plan.inputs(),
        plan.wishes(),
        plan.claims());
  }

  @Test
  void servicesWithoutALocalEndpointComeAndGo() {
    Recorder recorder = recorder("nftables");
    FamilyPlan empty = FamilyPlan.empty(Reports.context(IpFamily.IPV4));
    List<Target> remote = List.of(new Target(IpAddress.of("10.244.2.1"), 8080, false));
    recorder.accept(
        Reports.committed(
            withGaps(empty, new Route.Drop(), new Route.ExternalLocal(remote, List.of()))));
    String gauge = "kubeproxy_sync_proxy_rules_no_local_endpoints_total";
    String internal = gauge + "{ip_family=\"IPv4\",traffic_policy=\"internal\"}";
    String external = gauge + "{ip_family=\"IPv4\",traffic_policy=\"external\"}";
    String text = scrape(recorder);
    assertThat(value(text, internal)).isEqualTo(1);
    assertThat(value(text, external)).isEqualTo(1);
    recorder.accept(
        Reports.committed(
            withGaps(empty, new Route.Drop(), new Route.ExternalLocal(remote, remote))));
    assertThat(value(scrape(recorder), internal)).isEqualTo(1);
    assertThat(value(scrape(recorder), external)).isZero();
    recorder.accept(Reports.committed(empty));
    assertThat(value(scrape(recorder), internal)).isZero();
  }

  private static FamilyPlan caused(FamilyPlan plan, String slice, Instant cause) {
    EndpointSlice caused =
        new EndpointSlice(
            new ObjectName("default", slice),
            WEB,
            IpFamily.IPV4,
            List.of(),
            List.of(),
            Optional.of(cause));
    List<EndpointSlice> slices =
        Stream.concat(
                plan.inputs().get(WEB).stream()
                    .flatMap(state -> state.slices().stream())
                    .filter(old -> !old.name().equals(caused.name())),
                Stream.of(caused))
            .toList();
    return new FamilyPlan(
        plan.context(),
        plan.services(),
        plan.inputs().with(WEB, new ServiceState(Optional.empty(), slices)),
        plan.wishes(),
        plan.claims());
  }

  @Test
  void aChangeIsTimedFromItsCauseOnceTheKernelHasIt() {
    Recorder recorder = recorder("nftables");
    FamilyPlan empty = FamilyPlan.empty(Reports.context(IpFamily.IPV4));
    FamilyPlan old = caused(empty, "web-1", START.minusSeconds(100));
    recorder.accept(Reports.committed(old));
    FamilyPlan changed = caused(old, "web-2", START.plusSeconds(5));
    now = START.plusSeconds(6);
    recorder.accept(Reports.of(changed, new CommitResult.Unknown("scripted")));
    now = START.plusSeconds(8);
    recorder.accept(Reports.committed(changed));
    now = START.plusSeconds(100);
    recorder.accept(Reports.committed(changed));
    String text = scrape(recorder);
    String histogram = "kubeproxy_network_programming_duration_seconds";
    assertThat(value(text, histogram + "_count{ip_family=\"IPv4\"}")).isEqualTo(1);
    assertThat(value(text, histogram + "_sum{ip_family=\"IPv4\"}")).isEqualTo(3);
    assertThat(value(text, histogram + "_bucket{ip_family=\"IPv4\",le=\"2.0\"}")).isZero();
    assertThat(value(text, histogram + "_bucket{ip_family=\"IPv4\",le=\"3.0\"}")).isEqualTo(1);
  }

  @Test
  void whatKubeProxyDoesNotTellIsTold() {
    Recorder recorder = recorder("nftables");
    FamilyPlan empty = FamilyPlan.empty(Reports.context(IpFamily.IPV4));
    List<Target> remote = List.of(new Target(IpAddress.of("10.244.2.1"), 8080, false));
    FamilyPlan gaps = withGaps(empty, new Route.Internal(remote), new Route.External(remote));
    List<String> found = List.of("missing chain: services");
    recorder.accept(repairing(gaps, new CommitResult.Committed(2), List.of(), List.of()));
    CommitResult.Refusal refusal =
        new CommitResult.Refusal("an element", Optional.of(WEB), "EINVAL (Invalid argument)");
    recorder.accept(
        repairing(gaps, new CommitResult.Rejected(List.of(refusal)), List.of(refusal), found));
    recorder.accept(repairing(gaps, new CommitResult.Committed(3), List.of(), found));
    recorder.holds(
        IpFamily.IPV4, new Inventory(Map.of("chains", 7L, "rules", 9L), Map.of("rules", 2L)));
    recorder.flows(IpFamily.IPV4, Duration.ofMillis(3), 4);
    String lockWaits = "pointsman_iptables_lock_wait_seconds";
    assertThat(scrape(recorder, Map.of())).as("no lock, no waits").doesNotContain(lockWaits);
    recorder.lockWaited(IpFamily.IPV4, Duration.ofNanos(6_000));
    recorder.lockWaited(IpFamily.IPV4, Duration.ofSeconds(5));
    String text = scrape(recorder, Map.of(IpFamily.IPV4, Duration.ofMillis(1500)));
    String v4 = "{ip_family=\"IPv4\"";
    assertThat(value(text, lockWaits + "_bucket" + v4 + ",le=\"0.001\"}")).isEqualTo(1);
    assertThat(value(text, lockWaits + "_bucket" + v4 + ",le=\"8.192\"}")).isEqualTo(2);
    assertThat(text).doesNotContain(lockWaits + "_count{ip_family=\"IPv6\"}");
    assertThat(value(text, "pointsman_service_ports" + v4 + "}")).isEqualTo(1);
    assertThat(value(text, "pointsman_frontends" + v4 + "}")).isEqualTo(2);
    assertThat(value(text, "pointsman_syncs_total" + v4 + ",outcome=\"committed\"}")).isEqualTo(2);
    assertThat(value(text, "pointsman_syncs_total" + v4 + ",outcome=\"refused\"}")).isEqualTo(1);
    String disturbances = "pointsman_disturbances_total" + v4 + ",outcome=";
    assertThat(value(text, disturbances + "\"harmless\"}")).isEqualTo(1);
    assertThat(value(text, disturbances + "\"repaired\"}")).isEqualTo(1);
    assertThat(value(text, disturbances + "\"not_repaired\"}")).isEqualTo(1);
    // Labels are sorted by name.
    assertThat(value(text, "pointsman_refusals_total{errno=\"EINVAL\",ip_family=\"IPv4\"}"))
        .isEqualTo(1);
    assertThat(value(text, "pointsman_kernel_objects" + v4 + ",kind=\"rules\"}")).isEqualTo(9);
    assertThat(value(text, "pointsman_oldest_unapplied_change_seconds" + v4 + "}")).isEqualTo(1.5);
    assertThat(value(text, "kubeproxy_conntrack_reconciler_deleted_entries_total" + v4 + "}"))
        .isEqualTo(4);
    assertThat(value(text, "kubeproxy_conntrack_reconciler_sync_duration_seconds_count" + v4 + "}"))
        .isEqualTo(1);
  }

  private static SyncReport repairing(
      FamilyPlan plan,
      CommitResult result,
      List<CommitResult.Refusal> refusals,
      List<String> found) {
    return new SyncReport(
        IpFamily.IPV4,
        1,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        plan,
        result,
        Set.of(),
        List.of(),
        refusals,
        true,
        found);
  }

  @Test
  void theBusiestPortsAreToldAndAllAreSummed() {
    Map<ServicePortName, Hits> ports = new HashMap<>();
    for (int i = 1; i <= 5; i++) {
      ports.put(
          new ServicePortName(new ObjectName("default", "svc-" + i), "http", Protocol.TCP),
          new Hits(i * 10L, i));
    }
    String text = Exposition.traffic(new Traffic(START, Map.of(IpFamily.IPV4, ports)), 2);
    String labels =
        "{ip_family=\"IPv4\",namespace=\"default\",port=\"http\",protocol=\"TCP\",service=\"svc-%d\"}";
    String connections = "pointsman_service_connections_total";
    assertThat(value(text, connections + labels.formatted(5))).isEqualTo(50);
    assertThat(value(text, connections + labels.formatted(4))).isEqualTo(40);
    assertThat(text).doesNotContain("svc-3");
    assertThat(value(text, "pointsman_connections_total{ip_family=\"IPv4\"}")).isEqualTo(150);
    assertThat(value(text, "pointsman_refused_packets_total{ip_family=\"IPv4\"}")).isEqualTo(15);
    assertThat(value(text, "pointsman_service_ports_not_shown{ip_family=\"IPv4\"}")).isEqualTo(3);
  }

  @Test
  void healthIsToldAsMetrics() {
    Recorder recorder = recorder("nftables");
    recorder.answered(Probe.HEALTHZ, 503);
    recorder.answered(Probe.HEALTHZ, 200);
    recorder.answered(Probe.HEALTHZ, 200);
    String text =
        Exposition.health(recorder.readings(), Map.of(Probe.HEALTHZ, true, Probe.READYZ, false));
    assertThat(value(text, "kubernetes_healthcheck{name=\"proxy\",type=\"healthz\"}")).isEqualTo(1);
    assertThat(value(text, "kubernetes_healthcheck{name=\"proxy\",type=\"readyz\"}")).isZero();
    String total = "kubernetes_healthchecks_total{name=\"proxy\",status=";
    assertThat(value(text, total + "\"success\",type=\"healthz\"}")).isEqualTo(2);
    assertThat(value(text, total + "\"error\",type=\"healthz\"}")).isEqualTo(1);
  }

  @Test
  void everyComponentOfKubernetesTellsTheSameOfItself() {
    String text = scrape(recorder("iptables"));
    assertThat(described(text, "kubernetes_"))
        .containsExactly(
            "kubernetes_build_info gauge build_date,compiler,git_commit,git_tree_state,"
                + "git_version,go_version,major,minor,platform",
            "kubernetes_feature_enabled gauge name,stage");
    assertThat(
            value(
                text,
                "registered_metrics_total{deprecated_version=\"\",stability_level=\"ALPHA\"}"))
        .isEqualTo(described(text, "kubeproxy_").size());
    assertThat(value(text, "hidden_metrics_total")).isZero();
    assertThat(value(text, "disabled_metrics_total")).isZero();
    assertThat(value(text, "go_goroutines")).isGreaterThan(1);
  }

  @Test
  void gatesThatAreOffAreTold() {
    assertThat(scrape(recorder("nftables")))
        .contains(
            "kubernetes_feature_enabled{name=\"AllowServiceExternalIPs\",stage=\"DEPRECATED\"} 0.0",
            "kubernetes_feature_enabled{name=\"NFTablesProxyMode\",stage=\"\"} 1.0");
  }

  /** Names, types, labels and buckets of client-go. */
  @Test
  void whatTheKernelCountsIsToldUnderTheNamesOfKubeProxy() {
    Recorder recorder = recorder("iptables");
    String invalid = "kubeproxy_iptables_ct_state_invalid_dropped_packets_total";
    String localhost = "kubeproxy_iptables_localhost_nodeports_accepted_packets_total";
    assertThat(scrape(recorder)).doesNotContain(invalid, localhost);
    assertThat(scrape(recorder, Map.of(), Map.of(PacketCounter.INVALID_DROPPED, 5L)))
        .contains("# TYPE " + invalid + " counter", invalid + " 5.0")
        .doesNotContain(localhost);
    assertThat(scrape(recorder, Map.of(), Map.of(PacketCounter.LOCALHOST_NODE_PORT_ACCEPTED, 6L)))
        .contains("# TYPE " + localhost + " counter", localhost + " 6.0");
  }

  @Test
  void requestsToTheApiServerAreToldAsClientGoTellsThem() {
    Recorder recorder = recorder("nftables");
    ApiExchange.Volume list = new ApiExchange.Volume(Duration.ofMillis(20), 0, 300);
    recorder.exchanged(
        new ApiExchange("10.0.0.1:6443", "GET", OptionalInt.of(200), Optional.of(list)));
    recorder.exchanged(
        new ApiExchange("10.0.0.1:6443", "GET", OptionalInt.of(200), Optional.empty()));
    recorder.exchanged(
        new ApiExchange("10.0.0.1:6443", "GET", OptionalInt.empty(), Optional.empty()));
    String text = scrape(recorder);
    assertThat(described(text, "rest_client_"))
        .containsExactly(
            "rest_client_request_duration_seconds histogram host,verb",
            "rest_client_request_size_bytes histogram host,verb",
            "rest_client_requests_total counter code,host,method",
            "rest_client_response_size_bytes histogram host,verb");
    String target = "host=\"10.0.0.1:6443\",verb=\"GET\"";
    assertThat(text)
        .contains(
            "rest_client_requests_total{code=\"200\",host=\"10.0.0.1:6443\",method=\"GET\"} 2.0",
            "rest_client_requests_total{code=\"<error>\",host=\"10.0.0.1:6443\",method=\"GET\"} 1.0",
            "rest_client_request_duration_seconds_bucket{" + target + ",le=\"0.005\"} 0",
            "rest_client_request_duration_seconds_bucket{" + target + ",le=\"0.025\"} 1",
            "rest_client_request_duration_seconds_bucket{" + target + ",le=\"60.0\"} 1",
            "rest_client_request_size_bytes_bucket{" + target + ",le=\"64.0\"} 1",
            "rest_client_response_size_bytes_bucket{" + target + ",le=\"256.0\"} 0",
            "rest_client_response_size_bytes_bucket{" + target + ",le=\"512.0\"} 1",
            "pointsman_unseen_resources 2.0",
            "pointsman_unreadable_objects 3.0",
            "pointsman_events_lost_total 7.0");
  }
}
