package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kubeconfig that kubeadm gives a proxy: TLS, an authority, and a token that is renewed. */
class KubeconfigTokenTest {
  @TempDir Path folder;

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private HttpsServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(TlsKeys.make(folder, "127.0.0.1").context()));
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(200, 2);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(new byte[] {'{', '}'});
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** As kubeadm writes it, but for the folder. */
  private Path kubeconfig(String tokenFile) throws Exception {
    return Files.writeString(
        folder.resolve("kubeconfig.conf"),
        """
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            certificate-authority: %s/ca.crt
            server: https://127.0.0.1:%d
          name: default
        contexts:
        - context:
            cluster: default
            namespace: default
            user: default
          name: default
        current-context: default
        users:
        - name: default
          user:
            tokenFile: %s
        """
            .formatted(folder, server.getAddress().getPort(), tokenFile));
  }

  private void ask(ApiRequests requests) throws Exception {
    try (InputStream body = requests.get("/version", Map.of(), Duration.ofSeconds(30))) {
      assertThat(body.readAllBytes()).hasSize(2);
    }
  }

  @Test
  void theTokenIsReadForEachRequestAndStandsWhileItsFileIsAway() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    try (ApiClient api =
        ApiClient.fromKubeconfig(kubeconfig(token.toString()), Optional.empty(), Map.of())) {
      ApiRequests requests = new ApiRequests(api, exchange -> {});
      ask(requests);
      Files.writeString(token, "second\n");
      ask(requests);
      Files.delete(token);
      ask(requests);
      Files.writeString(token, "");
      ask(requests);
      Files.writeString(token, "third\n");
      ask(requests);
    }
    assertThat(authorizations)
        .containsExactly(
            "Bearer first", "Bearer second", "Bearer second", "Bearer second", "Bearer third");
  }

  @Test
  void aTokenFileIsLookedForBesideTheKubeconfig() throws Exception {
    Files.writeString(folder.resolve("token"), "near");
    try (ApiClient api =
        ApiClient.fromKubeconfig(kubeconfig("token"), Optional.empty(), Map.of())) {
      ask(new ApiRequests(api, exchange -> {}));
    }
    assertThat(authorizations).containsExactly("Bearer near");
  }

  @Test
  void aMissingTokenIsNamedAtTheStart() throws Exception {
    Path kubeconfig = kubeconfig("none");
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token file " + folder.resolve("none") + " cannot be read");
  }
}
