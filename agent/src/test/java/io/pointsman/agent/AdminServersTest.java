package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.http.ListenOn;
import io.pointsman.agent.testing.Reports;
import io.pointsman.agent.testing.TestCertificate;
import io.pointsman.apiserver.Account;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Refusal;
import io.pointsman.kubernetes.AccessReviews;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.kubernetes.EventSink;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminServersTest {
  private static final IpAddress LOOPBACK = IpAddress.of("127.0.0.1");
  private static final Set<IpFamily> FAMILIES = Set.of(IpFamily.IPV4);

  private static AgentOptions options(int healthPort, int metricsPort, boolean mustBind) {
    return options(healthPort, metricsPort, Optional.empty(), mustBind);
  }

  private static AgentOptions options(
      int healthPort, int metricsPort, Optional<AgentOptions.Servers.Tls> tls, boolean mustBind) {
    AgentOptions defaults = AgentOptions.defaults("nftables", "node-a");
    return new AgentOptions(
        defaults.mode(),
        defaults.nodeName(),
        defaults.detection(),
        defaults.clusterCidrs(),
        defaults.nodeIps(),
        defaults.nodePortCidrs(),
        defaults.masqueradeAll(),
        defaults.masqueradeBit(),
        defaults.localhostNodePorts(),
        false,
        defaults.syncPolicy(),
        new AgentOptions.Servers(
            Optional.of(new ListenOn.Address(LOOPBACK, healthPort)),
            new ListenOn.Address(LOOPBACK, metricsPort),
            tls,
            mustBind,
            Duration.ofSeconds(30),
            true),
        defaults.configuration());
  }

  private static AdminServers open(AgentOptions options) {
    return open(options, InstantSource.system());
  }

  private static AdminServers open(AgentOptions options, InstantSource clock) {
    return open(options, clock, Optional::empty);
  }

  private static AdminServers open(
      AgentOptions options, InstantSource clock, Supplier<Optional<AccessReviews>> reviews) {
    return AdminServers.open(
        options,
        Map.of("proxy-mode", "nftables", "v", "2"),
        Backends.required("nftables"),
        FAMILIES,
        clock,
        new NodeEvents(EventSink.NONE, "node-a"),
        reviews);
  }

  private static ServerSocket occupied() throws IOException {
    return new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = occupied()) {
      return socket.getLocalPort();
    }
  }

  private static String ask(int port, String path) throws IOException {
    return say(port, "GET " + path);
  }

  private static String say(int port, String question) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(20_000);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 20_000);
      String request = question + " HTTP/1.1\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void healthAndMetricsFollowWhatHappens() throws IOException {
    int health = freePort();
    int metrics = freePort();
    try (AdminServers servers = open(options(health, metrics, true))) {
      assertThat(ask(health, "/healthz")).startsWith("HTTP/1.1 503 ");
      assertThat(ask(health, "/livez")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(health, "/metrics")).startsWith("HTTP/1.1 404 ");
      assertThat(ask(metrics, "/readyz")).startsWith("HTTP/1.1 503 ");
      servers.queued(
          List.of(new ClusterEvent.NodeSet(new Node("node-a", "", List.of(), List.of(), false))));
      servers.sourceSynced();
      servers.accept(Reports.taking(IpFamily.IPV4, 1));
      assertThat(ask(health, "/healthz")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(metrics, "/readyz")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(metrics, "/healthz")).endsWith("\r\n\r\nok");
      assertThat(ask(metrics, "/proxyMode")).endsWith("\r\n\r\nnftables");
      assertThat(ask(metrics, "/metrics"))
          .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8")
          .contains("kubeproxy_proxy_healthz_total{code=\"200\"} 1.0")
          .contains("kubeproxy_proxy_healthz_total{code=\"503\"} 1.0")
          .contains("kubeproxy_proxy_livez_total{code=\"200\"} 1.0");
      assertThat(ask(metrics, "/configz"))
          .contains(
              "{\"kubeproxy.config.k8s.io\":{\"apiVersion\":\"kubeproxy.config.k8s.io/v1alpha1\"")
          .contains("\"mode\":\"nftables\"", "\"syncPeriod\":\"30s\"")
          .contains("\"nodePortAddresses\":[\"primary\"]")
          .contains("\"healthzBindAddress\":\"0.0.0.0:10256\"");
    }
  }

  private static Optional<AgentOptions.Servers.Tls> tls(Path folder, boolean health) {
    return Optional.of(
        new AgentOptions.Servers.Tls(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), health, false));
  }

  private static String askByTls(TestCertificate trusted, int port, String path) throws Exception {
    try (Socket socket =
        trusted.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
      socket
          .getOutputStream()
          .write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Load balancers of clouds ask the health port, and by plain HTTP. */
  @Test
  void httpsIsSpokenOnTheMetricsPortAndOnTheHealthPortIfAskedFor(@TempDir Path folder)
      throws Exception {
    TestCertificate made = TestCertificate.ec("node-a");
    made.write(folder);
    int health = freePort();
    int metrics = freePort();
    try (AdminServers _ = open(options(health, metrics, tls(folder, false), true))) {
      assertThat(ask(health, "/livez")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(metrics, "/metrics")).startsWith("HTTP/1.1 400 ");
      assertThat(askByTls(made, metrics, "/metrics"))
          .contains(
              "\npointsman_serving_certificate_current 1.0\n",
              "\npointsman_serving_certificate_expiry_timestamp_seconds "
                  + made.certificate().getNotAfter().toInstant().getEpochSecond() / 1e9
                  + "E9\n");
    }
    try (AdminServers _ = open(options(health, metrics, tls(folder, true), true))) {
      assertThat(ask(health, "/livez")).startsWith("HTTP/1.1 400 ");
      assertThat(askByTls(made, health, "/livez")).startsWith("HTTP/1.1 200 ");
      assertThat(askByTls(made, metrics, "/readyz")).startsWith("HTTP/1.1 503 ");
    }
  }

  private static String askWith(String token, TestCertificate trusted, int port, String path)
      throws Exception {
    return askByTls(
        trusted, port, path + " HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\nX: ");
  }

  @Test
  void tokensAreAskedForButNotByProbes(@TempDir Path folder) throws Exception {
    TestCertificate made = TestCertificate.ec("node-a");
    made.write(folder);
    int health = freePort();
    int metrics = freePort();
    AgentOptions options =
        options(
            health,
            metrics,
            Optional.of(
                new AgentOptions.Servers.Tls(
                    folder.resolve("tls.crt"), folder.resolve("tls.key"), false, true)),
            true);
    Account account = new Account("secret", "prometheus", List.of(), Set.of("/metrics"));
    try (ApiServer server =
            ApiServer.start(ApiServer.Options.defaults().withAccounts(List.of(account)));
        ApiClient api = ApiClient.ofUrl(server.url());
        ApiServerSource source = new ApiServerSource(api, "node-a", new SplittableRandom(1));
        AdminServers _ = open(options, InstantSource.system(), source::reviews)) {
      assertThat(askByTls(made, metrics, "/metrics")).startsWith("HTTP/1.1 401 Unauthorized\r\n");
      assertThat(askByTls(made, metrics, "/none")).startsWith("HTTP/1.1 404 ");
      assertThat(askByTls(made, metrics, "/healthz")).startsWith("HTTP/1.1 200 ");
      assertThat(askByTls(made, metrics, "/readyz")).startsWith("HTTP/1.1 503 ");
      assertThat(ask(health, "/livez")).startsWith("HTTP/1.1 200 ");
      assertThat(askWith("secret", made, metrics, "/metrics")).startsWith("HTTP/1.1 200 ");
      assertThat(askWith("secret", made, metrics, "/configz")).startsWith("HTTP/1.1 403 ");
      assertThat(askWith("wrong", made, metrics, "/metrics")).startsWith("HTTP/1.1 401 ");
      server.refuse(request -> request.verb().equals("post"), Long.MAX_VALUE, Refusal.of(500));
      assertThat(askWith("secret", made, metrics, "/metrics")).startsWith("HTTP/1.1 200 ");
      assertThat(askWith("other", made, metrics, "/metrics")).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void tokensNeedAnApiServer(@TempDir Path folder) throws Exception {
    AgentOptions options =
        options(
            freePort(),
            freePort(),
            Optional.of(
                new AgentOptions.Servers.Tls(
                    folder.resolve("tls.crt"), folder.resolve("tls.key"), false, true)),
            true);
    assertThatThrownBy(() -> open(options))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--authentication-token-webhook needs an API server");
  }

  @Test
  void aCertificateThatCannotBeUsedEndsTheStart(@TempDir Path folder) throws IOException {
    AgentOptions options = options(freePort(), freePort(), tls(folder, false), true);
    assertThatThrownBy(() -> open(options))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--tls-cert-file, --tls-private-key-file: ")
        .hasMessageContaining(folder.resolve("tls.crt") + " cannot be read: no such file");
  }

  /**
   * A change waits for the kernel; a jump of the clock is no reason to send the node no traffic.
   */
  @Test
  void aClockThatIsSetMakesNothingLate() throws IOException {
    int health = freePort();
    int metrics = freePort();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T08:00:00Z"));
    try (AdminServers servers = open(options(health, metrics, true), now::get)) {
      servers.queued(
          List.of(new ClusterEvent.NodeSet(new Node("node-a", "", List.of(), List.of(), false))));
      servers.sourceSynced();
      for (String date : List.of("2027-03-01T09:00:00Z", "1970-01-01T00:00:00Z")) {
        now.set(Instant.parse(date));
        assertThat(ask(health, "/healthz"))
            .startsWith("HTTP/1.1 200 ")
            .contains("\"currentTime\":\"" + date + "\"");
        assertThat(ask(metrics, "/metrics"))
            .containsPattern(
                "pointsman_oldest_unapplied_change_seconds\\{ip_family=\"IPv4\"} [0-9]\\.");
      }
    }
  }

  @Test
  void anObjectThatCannotBeReadIsShownAndMakesNobodyUnready() throws IOException {
    int metrics = freePort();
    UnreadableObject web =
        new UnreadableObject(
            "services", new ObjectName("shop", "web"), "spec.clusterIP is 5: a text", false);
    try (AdminServers servers = open(options(freePort(), metrics, true))) {
      servers.sourceSynced();
      servers.accept(Reports.taking(IpFamily.IPV4, 0));
      servers.unreadable(Set.of(web));
      assertThat(ask(metrics, "/readyz"))
          .startsWith("HTTP/1.1 200 ")
          .contains("\"unreadable\":[\"services shop/web\"]");
      assertThat(ask(metrics, "/metrics")).contains("pointsman_unreadable_objects 1.0");
      assertThat(ask(metrics, "/"))
          .contains("Objects that cannot be read: 1", "services shop/web")
          .contains("cannot be read: spec.clusterIP is 5: a text; it is left out");
      servers.unreadable(Set.of());
      assertThat(ask(metrics, "/metrics")).contains("pointsman_unreadable_objects 0.0");
      assertThat(ask(metrics, "/")).contains("All objects readable").doesNotContain("shop/web");
    }
  }

  @Test
  void operatorsFindTheirPages() throws IOException {
    int metrics = freePort();
    try (AdminServers servers = open(options(freePort(), metrics, true))) {
      servers.accept(Reports.taking(IpFamily.IPV4, 0));
      assertThat(ask(metrics, "/statusz"))
          .contains("kube-proxy statusz", "Paths: / /configz /flagz ", " /statusz");
      assertThat(ask(metrics, "/flagz")).endsWith("\nproxy-mode=nftables\nv=2\n");
      assertThat(ask(metrics, "/status?q=a&page=2"))
          .contains("Content-Type: text/html; charset=utf-8", "<h1>Pointsman on node-a</h1>");
      assertThat(ask(metrics, "/metrics/slis"))
          .contains("kubernetes_healthcheck{name=\"ping\",type=\"healthz\"} 1.0");
      assertThat(ask(metrics, "/debug/pprof/heap")).startsWith("HTTP/1.1 404 ").contains("jcmd");
      assertThat(ask(metrics, "/nothing")).startsWith("HTTP/1.1 404 ");
      assertThat(say(metrics, "PUT /debug/flags/v")).startsWith("HTTP/1.1 404 ");
      assertThat(say(metrics, "POST /metrics")).startsWith("HTTP/1.1 405 ");
      assertThat(say(metrics, "HEAD /status"))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Length: ")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void anAddressThatMustBeBoundAndIsTakenIsNamed() throws IOException {
    try (ServerSocket rival = occupied()) {
      AgentOptions options = options(freePort(), rival.getLocalPort(), true);
      assertThatThrownBy(() -> open(options))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(
              "--metrics-bind-address 127.0.0.1:" + rival.getLocalPort() + " cannot be bound (");
    }
  }

  @Test
  void anAddressThatNeedNotBeBoundKeepsNobodyFromServing() throws IOException {
    int metrics = freePort();
    try (ServerSocket rival = occupied();
        AdminServers servers = open(options(rival.getLocalPort(), metrics, false))) {
      servers.accept(Reports.taking(IpFamily.IPV4, 0));
      assertThat(ask(metrics, "/healthz")).startsWith("HTTP/1.1 200 ");
    }
  }
}
