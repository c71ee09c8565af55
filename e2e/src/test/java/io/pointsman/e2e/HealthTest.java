package io.pointsman.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.e2e.TestCluster.Node;
import org.junit.jupiter.api.Test;

/** What the proxy of each node says of itself. */
@OnCluster
class HealthTest {
  private final TestCluster cluster;

  HealthTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void everyNodesProxyIsHealthyReadyAndNamesItsMode() {
    try (Scene scene = new Scene(cluster)) {
      for (Node node : cluster.nodes()) {
        scene.awaitHttp(
            node.name(),
            "http://127.0.0.1:10256/healthz",
            said -> said.contains(" 200 ") && said.contains("lastUpdated"));
        scene.awaitHttp(
            node.name(), "http://127.0.0.1:10256/livez", said -> said.contains(" 200 "));
        scene.awaitHttp(
            node.name(), "http://127.0.0.1:10249/readyz", said -> said.contains(" 200 "));
        scene.awaitHttp(
            node.name(),
            "http://127.0.0.1:10249/metrics",
            said -> said.contains("kubeproxy_sync_proxy_rules_last_timestamp_seconds"));
      }
    }
    assertThat(cluster.mode()).isIn("nftables", "iptables");
  }
}
