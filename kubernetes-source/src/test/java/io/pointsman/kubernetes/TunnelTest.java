package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists and watches by TLS through an HTTP proxy, from the first byte to the last. */
class TunnelTest {
  /** Not loopback, which no proxy is asked for; the proxy leads it to the server. */
  private static final String ADDRESS = "10.255.255.1";

  @TempDir Path folder;

  private final Heard heard = new Heard();
  private final ApiServer server = ApiServer.start();
  private TlsKeys keys;
  private Relay tls;
  private Relay proxy;

  @BeforeEach
  void serve() throws Exception {
    keys = TlsKeys.make(folder, ADDRESS);
    tls = Relay.tls(keys.context(), server.port());
    proxy = Relay.proxy(tls.port());
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
        """);
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    tls.close();
    server.close();
  }

  private ApiClient client(String address) throws Exception {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig.conf"),
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://%s:6443", certificate-authority: %s}}]
            users: [{name: u, user: {token: secret}}]
            """
                .formatted(address, keys.certificate()));
    return ApiClient.fromKubeconfig(
        kubeconfig,
        Optional.empty(),
        Map.of("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port(), "NO_PROXY", "192.168.0.0/16"));
  }

  private void put(String ip) {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "web"},
         "spec": {"clusterIP": "%s", "ports": [{"port": 80}]}}
        """
            .formatted(ip));
  }

  private static Predicate<Object> web(String ip) {
    return event ->
        event instanceof ServiceSet(var service)
            && service.name().equals(new ObjectName("shop", "web"))
            && service.clusterIps().contains(ip);
  }

  @Test
  void everyListAndWatchGoesThroughATunnel() throws Exception {
    put("10.0.0.1");
    try (ApiClient api = client(ADDRESS);
        ApiServerSource source = new ApiServerSource(api, "n1", new Random(1))) {
      source.start(heard);
      heard.all(List.of(web("10.0.0.1"), Heard.Synced.class::isInstance));
      put("10.0.0.2");
      heard.all(List.of(web("10.0.0.2")));
      int before = proxy.asked().size();
      server.cutConnections();
      put("10.0.0.3");
      heard.all(List.of(web("10.0.0.3")));
      assertThat(proxy.asked()).hasSizeGreaterThan(before);
      assertThat(proxy.asked()).containsOnly("CONNECT " + ADDRESS + ":6443 HTTP/1.1");
    }
  }

  /** A proxy that leads elsewhere than it was asked to is found out: TLS goes from end to end. */
  @Test
  void theServersCertificateCountsAndNotTheProxy() throws Exception {
    String other = "10.255.255.2";
    try (ApiClient api = client(other);
        ApiServerSource source = new ApiServerSource(api, "n1", new Random(1))) {
      source.start(heard);
      assertThat(heard.next(Heard.Failing.class).message())
          .startsWith("no TLS connection to the API server at https://" + other + ":6443 (");
      assertThat(proxy.asked()).contains("CONNECT " + other + ":6443 HTTP/1.1");
    }
  }
}
