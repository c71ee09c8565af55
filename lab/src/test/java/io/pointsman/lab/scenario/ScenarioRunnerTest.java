package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.reconcile.SyncReport;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kit, tried on a proxy that is simple enough to be seen through. */
@NeedsLab
class ScenarioRunnerTest {
  static Path oracle() {
    try {
      URL folder =
          Objects.requireNonNull(ScenarioRunnerTest.class.getResource("/scenarios/oracle"));
      return Path.of(folder.toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static ScenarioReport play(String name, String text, Answers answers) {
    Topology topology = Topology.oracle();
    Scenario scenario =
        text.isEmpty()
            ? new ScenarioReader(topology).read(oracle().resolve(name + ".yaml"))
            : new ScenarioReader(topology).read(name, text);
    try (Lab lab = Lab.up(topology)) {
      return new ScenarioRunner(lab, new NaiveProxy()).run(scenario, ProxyMode.NFTABLES, answers);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clusterip-tcp",
        "clusterip-udp",
        "clusterip-multiport",
        "clusterip-dual-stack",
        "clusterip-no-endpoints",
        "clusterip-undefined",
        "slices-merged",
        "service-recreated",
        "service-ports-changed",
        "service-proxy-name-label",
        "nodeport-basic",
        "nodeport-no-endpoints",
        "tcp-established"
      })
  void theNetworkGivesTheRecordedAnswers(String name) {
    Answers answers = Answers.load(oracle(), name, ProxyMode.NFTABLES);
    ScenarioReport report = play(name, "", answers);

    assertThat(report.differences()).as(report.toString()).isEmpty();
    assertThat(report.observations())
        .extracting(ScenarioReport.Observation::key)
        .containsExactlyInAnyOrderElementsOf(answers.recorded().keySet());
  }

  @Test
  void aDifferenceIsTold() {
    Answers answers = Answers.load(oracle(), "masq-matrix-default", ProxyMode.NFTABLES);
    ScenarioReport report = play("masq-matrix-default", "", answers);

    assertThat(report.toString())
        .startsWith("masq-matrix-default (nftables): ")
        .contains(
            "01 a2 -> 10.211.16.3:80/tcp: [a1:8080 from client, b1:8080 from client]"
                + " instead of [a1:8080 from client]")
        .doesNotContain("01 a2 -> 10.211.16.1:80/tcp");
  }

  /** The proxy runs with endpoints; the plan that is shown to the tracers has nothing in it. */
  @Test
  void whatThePlanDidNotForetellIsTold() {
    Topology topology = Topology.oracle();
    NodeContext context =
        new NodeContext(
            IpFamily.IPV4,
            "node-a",
            "zone-1",
            Optional.empty(),
            new LocalDetector.None(),
            new NodePortAddresses.All(),
            false,
            false,
            14,
            topology.serviceCidrs().subList(0, 1));
    LastPlans plans = new LastPlans();
    plans.accept(
        new SyncReport(
            IpFamily.IPV4,
            0,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            FamilyPlan.empty(context),
            new CommitResult.Committed(0),
            Set.of(),
            List.of(),
            List.of(),
            false,
            List.of()));
    Scenario scenario =
        new ScenarioReader(topology)
            .read(
                "x.yaml",
                """
                objects:
                - {service: web, ip: 10.211.1.1, ports: ["80"]}
                - {slice: web, ports: ["8080"], endpoints: [a1]}
                steps:
                - expect: {a2 -> web:80: a1 from client}
                """);
    try (Lab lab = Lab.up(topology)) {
      ScenarioReport report =
          new ScenarioRunner(lab, new NaiveProxy(), new NaiveProxy(), plans)
              .run(scenario, ProxyMode.NFTABLES, Answers.none());

      assertThat(report.differences()).isEmpty();
      assertThat(report.contradictions())
          .anySatisfy(line ->
              assertThat(line)
                  .isEqualTo(
                      "01 tracer 'plan' on node-a: 10.210.1.12 -> 10.211.1.1:80/tcp from interface"
                          + " pod-a2: foretold {[timeout]=1.0}, seen {a1:8080 from client=8}"))
          .anySatisfy(line -> assertThat(line).startsWith("01 tracer 'nftables' on node-a: "))
          .anySatisfy(line ->
              assertThat(line)
                  .startsWith("at the end the nftables rules of IPv4 on node-a are not as planned"))
          .anySatisfy(
              line -> assertThat(line).startsWith("at the end rules of proxies on node-a are in "));
    }
  }

  @Test
  void flowsTrafficHttpAndWaitingAreObserved() {
    ScenarioReport report =
        play(
            "small.yaml",
            """
            objects:
            - {service: s, ip: 10.211.1.1, ports: ["80"]}
            - {slice: s, ports: ["8080"], endpoints: [a1]}
            steps:
            - {traffic: t, from: a2, to: "10.211.1.1:80"}
            - {tcp: c, from: a2, to: "10.211.1.1:80"}
            - {udp: u, from: a2, to: "10.211.1.1:80"}
            - {affinity: a2, to: "10.211.1.1:80", n: 3, remember: one}
            - {proxy: restart}
            - {drop_endpoint: slice/s, reached: one}
            - {tcp: c}
            - {wait: a2, to: "10.211.1.1:80", until: icmp-reject port-unreachable}
            - {traffic: t}
            - {http: A, url: "http://127.0.0.1:10256/healthz"}
            - {patch: svc/s, json: [{op: remove, path: /spec/ports/0}]}
            - {vips: svc/s, to: [198.51.100.1]}
            - {sleep: 30}
            """,
            Answers.none());

    assertThat(report.differences()).isEmpty();
    assertThat(report.observations())
        .extracting(ScenarioReport.Observation::toString)
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("02 tcp flow c: [a1:8080 from client]"),
            line -> assertThat(line).isEqualTo("03 udp flow u: [icmp-reject port-unreachable]"),
            line ->
                assertThat(line)
                    .isEqualTo("04 affinity a2 -> 10.211.1.1:80: [from client, sticky]"),
            line -> assertThat(line).isEqualTo("07 tcp flow c: [alive a1:8080 from client]"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "08 wait a2 -> 10.211.1.1:80 icmp-reject port-unreachable: [within 10 s]"),
            line -> assertThat(line).startsWith("09 background traffic t: "),
            line ->
                assertThat(line).isEqualTo("10 A http http://127.0.0.1:10256/healthz: [refused]"));
  }
}
