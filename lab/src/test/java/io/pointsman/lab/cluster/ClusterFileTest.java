package io.pointsman.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {
  private static ClusterSpec read(String text) {
    return ClusterFile.read(text, "c.yaml");
  }

  @Test
  void onlyNodesAreNeeded() {
    ClusterSpec spec = read("nodes: [n1, n2]");

    assertThat(spec.name()).isEqualTo("lab");
    assertThat(spec.backend()).isEqualTo(ProxyMode.NFTABLES);
    assertThat(spec.podNetwork()).isEqualTo(PodNetwork.HOST_ROUTES);
    assertThat(spec.families()).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
    assertThat(spec.objects()).isEmpty();
  }

  @Test
  void eachNodeHasItsPartOfThePodsRange() {
    ClusterSpec spec =
        read(
            "{nodes: [n1, n2], families: [IPv6, IPv4], podCidrs: [10.32.0.0/12]}"
                .replace("]}", ", 'fd00:9::/48']}"));

    assertThat(ClusterPlan.of(spec).topology().nodes())
        .extracting(node -> node.podGateways().toString())
        .containsExactly("[fd00:9:0:1::1/64, 10.32.1.1/24]", "[fd00:9:0:2::1/64, 10.32.2.1/24]");
  }

  @Test
  void podsInShortBecomeObjectsBesideTheOthers() {
    ClusterSpec spec =
        read(
            """
            nodes: [n1]
            pods:
            - {name: a, node: n1, labels: {app: web}, port: 8080, hostPort: 80}
            ---
            kind: List
            apiVersion: v1
            items:
            - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}
            """);

    assertThat(spec.objects())
        .extracting(Manifest::key)
        .hasToString("[Pod default/a, Service default/web]");
    assertThat(ObjectRules.hostPorts(spec.objects().getFirst())).containsExactly(80);
  }

  @Test
  void theExampleCanBeRead() throws IOException {
    Path file = Path.of("..", "docs", "lab", "cluster.yaml");
    ClusterSpec spec = ClusterFile.read(Files.readString(file), "cluster.yaml");

    assertThat(spec.nodes()).hasSize(3);
    assertThat(spec.objects()).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                             | c.yaml: is empty; it needs at least 'nodes', see docs/lab/cluster.md
          'nodes: [a'                                    | c.yaml:1:10: is not valid YAML
          '[a]'                                          | c.yaml:1:1: expected keys with values
          'nodes: []'                                    | c.yaml:1:8: 'nodes' lists 1 to 20 names
          'name: x'                                      | c.yaml:1:1: 'nodes' lists 1 to 20 names
          '{nodes: [a], node: b}'                        | c.yaml:1:14: unknown key 'node'; known here are backend,
          '{nodes: [a, a]}'                              | c.yaml:1:13: the name 'a' is taken
          '{nodes: [ext]}'                               | c.yaml:1:10: the name 'ext' is taken
          '{nodes: [a-name-too-long]}'                   | c.yaml:1:10: a node's name has 1 to 12
          '{nodes: [a], name: A/B}'                      | c.yaml:1:20: 'A/B' is no name
          '{nodes: [a], backend: ipvs}'                  | c.yaml:1:23: 'ipvs' is no backend; write nftables or iptables
          '{nodes: [a], podNetwork: bgp}'                | c.yaml:1:26: 'bgp' is no pod network; write host-routes or overlay
          '{nodes: [a], families: [IPv5]}'               | c.yaml:1:25: 'IPv5' is no family; write IPv4 or IPv6
          '{nodes: [a], families: [IPv4, IPv4]}'         | c.yaml:1:31: IPv4 stands twice
          '{nodes: [a], podCidrs: [10.0.0.0/40]}'        | c.yaml:1:25: '10.0.0.0/40' is no range
          '{nodes: [a], podCidrs: [10.1.0.0/16]}'        | c.yaml:1:24: 'podCidrs' has no range of family IPv6
          '{nodes: [a], families: [IPv4], podCidrs: [10.96.0.0/16]}' | c.yaml:1:42: the ranges 10.96.0.0/16 and 10.96.0.0/12 overlap
          '{nodes: [a, b], families: [IPv4], podCidrs: [10.1.0.0/23]}' | c.yaml:1:45: 10.1.0.0/23 is exhausted before each of 2 nodes has its /24
          '{nodes: [a], families: [IPv4], nodeCidrs: [172.16.0.0/26]}' | c.yaml:1:43: 172.16.0.0/26 is too small
          '{nodes: [a], pods: [{node: a}]}'              | c.yaml:1:21: a pod needs a 'name'
          '{nodes: [a], pods: [{name: p, node: b}]}'     | c.yaml:1:21: there is no node 'b'; there are a
          '{nodes: [a], pods: [{name: p, hostport: 1}]}' | c.yaml:1:31: unknown key 'hostport'
          '{nodes: [a], pods: [{name: p, port: 70000}]}' | c.yaml:1:37: 'port' is a number from 1 to 65535
          '{nodes: [a], pods: [{name: p}, {name: p}]}'   | c.yaml:1:32: Pod default/p stands twice
          '{nodes: [a], pods: [{name: p, node: a, hostPort: 80}, {name: q, node: a, hostPort: 80}]}' | c.yaml:1:55: port 80 of a is already mapped to Pod default/p
          """)
  void badFilesAreRefusedWithTheirPlace(String text, String message) {
    assertThatThrownBy(() -> read(text)).hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '{kind: Pod}'                                                                         | an object needs apiVersion, kind and metadata.name
          '{apiVersion: v1, kind: Gadget, metadata: {name: g}}'                                 | the lab has no use for kind 'Gadget' of apiVersion 'v1'
          '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: b}}'               | there is no node 'b'; there are a
          '{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{nodePort: 80}]}}' | nodePort 80 is not in the valid range; the range of valid ports is 30000-32767
          '{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: 1.2.3.4}}'    | clusterIP 1.2.3.4 is not in the range of Services
          """)
  void badObjectsAreRefusedWithTheirPlace(String object, String message) {
    assertThatThrownBy(() -> read("nodes: [a]\n---\n" + object))
        .hasMessageStartingWith("c.yaml:3:1: " + message);
  }

  @Test
  void rangesAreCountedFromTheirFirstAddress() {
    assertThat(Ranges.nth(Cidr.of("10.0.0.0/30"), 3)).hasToString("Optional[10.0.0.3]");
    assertThat(Ranges.nth(Cidr.of("10.0.0.0/30"), 4)).isEmpty();
    assertThat(Ranges.nth(Cidr.of("255.255.255.0/24"), 256)).isEmpty();
    assertThat(Ranges.nth(Cidr.of("fd00::/112"), 0xffff)).hasToString("Optional[fd00::ffff]");
  }
}
