package io.pointsman.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Topology;
import io.pointsman.lab.packet.Destination;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {
  private final ScenarioReader reader = new ScenarioReader(Topology.oracle());

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(ScenarioRunnerTest.oracle())) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRecordedScenarioIsUnderstood(Path file) {
    Scenario scenario = reader.read(file);

    assertThat(scenario.title()).isNotEqualTo(file.getFileName().toString());
    assertThat(scenario.steps()).isNotEmpty();
    for (ProxyMode mode : ProxyMode.values()) {
      assertThat(Answers.load(ScenarioRunnerTest.oracle(), scenario.name(), mode).recorded())
          .isNotEmpty();
    }
  }

  @Test
  void thereAreFortyFourOfThem() throws IOException {
    assertThat(files()).hasSize(44);
  }

  @Test
  void shortFormsBecomeWholeObjects() throws IOException {
    Scenario scenario =
        reader.read(
            "x.yaml",
            """
            objects:
            - service: s
              ip: [10.211.1.1, "fd00:211::1"]
              type: LoadBalancer
              ports: ["t=80>8080:30001", "u=53/UDP"]
              vips: [198.51.100.1]
              spec: {sessionAffinity: ClientIP}
            - slice: s
              family: both
              ports: ["t=8080"]
              endpoints: [{pod: a1, ready: false, zones: [zone-1], nodes: [A]}, B]
            """);

    assertThat(scenario.objects())
        .extracting(one -> one.key().toString())
        .containsExactly(
            "Service default/s", "EndpointSlice default/s", "EndpointSlice default/s-v6");
    assertThat(scenario.objects().get(0).json())
        .isEqualTo(
            json(
                """
                {"apiVersion":"v1","kind":"Service",
                 "metadata":{"name":"s","namespace":"default"},
                 "spec":{"type":"LoadBalancer","clusterIP":"10.211.1.1",
                  "clusterIPs":["10.211.1.1","fd00:211::1"],
                  "ports":[
                   {"name":"t","protocol":"TCP","port":80,"targetPort":8080,"nodePort":30001},
                   {"name":"u","protocol":"UDP","port":53,"targetPort":53}],
                  "sessionAffinity":"ClientIP",
                  "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},
                  "internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Cluster",
                  "ipFamilies":["IPv4","IPv6"],"ipFamilyPolicy":"RequireDualStack"},
                 "status":{"loadBalancer":{"ingress":[{"ip":"198.51.100.1","ipMode":"VIP"}]}}}
                """));
    assertThat(scenario.objects().get(2).json())
        .isEqualTo(
            json(
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
                 "metadata":{"name":"s-v6","namespace":"default",
                  "labels":{"kubernetes.io/service-name":"s"}},
                 "addressType":"IPv6",
                 "ports":[{"name":"t","protocol":"TCP","port":8080}],
                 "endpoints":[
                  {"addresses":["fd00:210:1::11"],"conditions":{"ready":false},
                   "nodeName":"node-a","zone":"zone-1",
                   "targetRef":{"kind":"Pod","namespace":"default","name":"a1"},
                   "hints":{"forZones":[{"name":"zone-1"}],"forNodes":[{"name":"node-a"}]}},
                  {"addresses":["fd00:29::12"],"conditions":{"ready":true},
                   "nodeName":"node-b","zone":"zone-2"}]}
                """));
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "titel: x | x.yaml: unknown key 'titel'; known here are",
        "steps: [{prob: a1}] | x.yaml: step 1: a step is exactly one of expect, probe,",
        "steps: [{probe: a1, too: '10.0.0.1:80'}] | x.yaml: step 1: unknown key 'too'; known",
        "steps: [{probe: a1, to: '10.0.0.1'}] | x.yaml: step 1: '10.0.0.1' is not a destination",
        "steps: [{sleep: 1}, {patch: svc/a}] | x.yaml: step 2: a patch needs merge, json or ports",
        "objects: [{service: s, port: 80}] | x.yaml: object 1: unknown key 'port'",
        "objects: [{service: s, ports: [x]}] | x.yaml: object 1: 'x' is no port; write [NAME=]PORT",
        "objects: [{slice: s, endpoints: [c7]}] | x.yaml: object 1: there is no pod or node 'c7'",
        "objects: [{slice: s, endpoints: [{pod: a1, redy: no}]}] | endpoint: unknown key 'redy'",
        "objects: [{kind: Service}] | x.yaml: object 1: an object needs apiVersion, kind and",
        "modes: [ipvs] | x.yaml: 'ipvs' is no mode; write nftables or iptables",
        "steps: [{expect: {a1 web: x}}] | x.yaml: step 1: 'a1 web' is not FROM -> TO",
        "steps: [{expect: {a1 -> web: x}}] | x.yaml: step 1: 'web' is not a destination",
        "steps: [{expect: {'a1 -> b:1': {ipv4: x}}}] | x.yaml: step 1: outcomes differ by nftables and",
        "steps: [{expect: {'a1 -> b:1': []}}] | x.yaml: step 1: no outcome is expected by '[]'",
        "steps: [{flush: all}] | x.yaml: step 1: ",
        "'a: [' | x.yaml: line 1: ",
      })
  void mistakesAreToldWithTheirPlace(String text, String message) {
    assertThatThrownBy(() -> reader.read("x.yaml", text))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining(message);
  }

  @Test
  void expectationsStandBesideNamedPlaces() {
    Scenario scenario =
        reader.read(
            "x.yaml",
            """
            objects:
            - {service: web, ip: [10.211.1.1, "fd00:211::1"], vips: [198.51.100.1], spec: {externalIPs: ["fd00:214::1"]}}
            steps:
            - expect:
                a1, A -> web:80/udp:  a1, b1:9090 from client | rejected
                ext src 172.29.0.101 -> web.vip:80:
                  {nftables: timeout, iptables: {IPv4: refused, IPv6: b1 from node-a}}
            """);
    ClusterObjects objects = ClusterObjects.of(scenario.objects());
    Step.Expect step = (Step.Expect) scenario.steps().getFirst().step();
    Step.Expect.Line first = step.lines().get(0);
    Step.Expect.Line second = step.lines().get(1);

    assertThat(first.from()).containsExactly("a1", "A");
    assertThat(first.to().resolve(Topology.oracle(), objects))
        .containsExactly(
            Destination.of("10.211.1.1:80/udp"), Destination.of("[fd00:211::1]:80/udp"));
    assertThat(first.expected().in(ProxyMode.NFTABLES, IpFamily.IPV6))
        .containsExactlyInAnyOrder(
            "a1:9090 from client", "b1:9090 from client", "icmp-reject port-unreachable");
    assertThat(second.source()).contains(IpAddress.of("172.29.0.101"));
    assertThat(second.expected().in(ProxyMode.NFTABLES, IpFamily.IPV6)).containsExactly("timeout");
    assertThat(second.expected().in(ProxyMode.IPTABLES, IpFamily.IPV4)).containsExactly("refused");
    assertThat(second.expected().in(ProxyMode.IPTABLES, IpFamily.IPV6))
        .containsExactly("b1:8080 from node-a");
    assertThat(Place.of("web.external.v6:80").resolve(Topology.oracle(), objects))
        .containsExactly(Destination.of("[fd00:214::1]:80"));
    assertThat(Place.of("A.second.v4:1").resolve(Topology.oracle(), objects))
        .containsExactly(Destination.of("172.28.5.11:1"));
    assertThatThrownBy(() -> Place.of("web.vip.v6:80").resolve(Topology.oracle(), objects))
        .hasMessageContaining("'web.vip' has no address here");
  }

  @Test
  void configurationGoesToTheSectionOfTheMode() throws IOException {
    Scenario scenario =
        reader.read("x.yaml", "proxy: {clusterCIDR: '', backend: {masqueradeAll: true}}");

    assertThat(
            BaseObjects.configuration(
                Topology.oracle(), ProxyMode.IPTABLES, scenario.configuration()))
        .isEqualTo(
            json(
                """
                {"apiVersion":"kubeproxy.config.k8s.io/v1alpha1","kind":"KubeProxyConfiguration",
                 "mode":"iptables","clusterCIDR":"","iptables":{"masqueradeAll":true}}
                """));
  }

  @Test
  void quirksAreFoundByPattern() {
    Scenario scenario =
        reader.read("x.yaml", "quirks: {'05 *': one, '* a1 -> *:80/tcp': two, '07 x': three}");

    assertThat(scenario.quirk("05 udp flow f")).isEqualTo(Optional.of("one"));
    assertThat(scenario.quirk("01 a1 -> 10.0.0.1:80/tcp")).isEqualTo(Optional.of("two"));
    assertThat(scenario.quirk("01 a1 -> 10.0.0.1:81/tcp")).isEmpty();
    assertThat(scenario.quirk("07 x")).isPresent();
    assertThat(scenario.quirk("07 xy")).isEmpty();
  }
}
