package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyEnvironmentTest {
  private static final URI PROXY = URI.create("http://10.9.9.9:3128");

  /** The rules of golang.org/x/net/http/httpproxy. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://10.0.0.1:6443      |                            | proxy
          https://10.0.0.1:6443      | 10.0.0.0/8                 | direct
          https://10.0.0.1:6443      | 192.168.0.0/16, 10.0.0.1   | direct
          https://10.0.0.1:6443      | 10.0.0.1:6443              | direct
          https://10.0.0.1:6443      | 10.0.0.1:443               | proxy
          https://10.0.0.1           | 10.0.0.1:443               | direct
          https://10.0.0.1:6443      | 10.0.0.11,10.0.0           | proxy
          https://10.0.0.1:6443      | *                          | direct
          https://10.0.0.1:6443      | broken/range               | proxy
          https://[fd00::1]:6443     | fd00::/8                   | direct
          https://[fd00::1]:6443     | fd00:0:0::1                | direct
          https://[fd00::1]:6443     | [fd00::1]:6443             | direct
          https://[fd00::1]:6443     | fd01::/16                  | proxy
          https://api.example.org    | example.org                | direct
          https://api.example.org    | .example.org               | direct
          https://api.example.org    | *.example.org              | direct
          https://API.Example.org    | EXAMPLE.ORG                | direct
          https://example.org        | .example.org               | proxy
          https://example.org        | example.org                | direct
          https://badexample.org     | example.org                | proxy
          https://api.example.org    | example.org:443            | direct
          https://api.example.org    | example.org:80             | proxy
          https://localhost:6443     |                            | direct
          https://127.0.0.2:6443     |                            | direct
          https://[::1]:6443         |                            | direct
          http://10.0.0.1:8080       |                            | direct
          """)
  void noProxyIsReadAsGoReadsIt(URI server, String noProxy, String way) {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", PROXY.toString(), "NO_PROXY", noProxy == null ? "" : noProxy);
    assertThat(ProxyEnvironment.proxyOf(server, environment))
        .isEqualTo(way.equals("proxy") ? Optional.of(PROXY) : Optional.empty());
  }

  @Test
  void capitalsWinAndTheSchemeMayBeMissing() {
    URI server = URI.create("https://10.0.0.1:6443");
    assertThat(ProxyEnvironment.proxyOf(server, Map.of("https_proxy", "10.9.9.9:3128")))
        .contains(PROXY);
    assertThat(
            ProxyEnvironment.proxyOf(
                server, Map.of("https_proxy", "10.8.8.8", "HTTPS_PROXY", "http://10.9.9.9:3128/")))
        .contains(PROXY);
    assertThat(ProxyEnvironment.proxyOf(server, Map.of("HTTPS_PROXY", "http://proxy")))
        .contains(URI.create("http://proxy:80"));
    assertThat(
            ProxyEnvironment.proxyOf(
                server, Map.of("HTTPS_PROXY", "10.9.9.9", "no_proxy", "10.0.0.0/8")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"socks5://10.9.9.9", "https://10.9.9.9", "http://u:secret@10.9.9.9", ": "})
  void whatCannotBeUsedIsNamedWithoutItsSecrets(String proxy) {
    assertThatThrownBy(() ->
            ProxyEnvironment.proxyOf(
                URI.create("https://10.0.0.1:6443"), Map.of("HTTPS_PROXY", proxy)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HTTPS_PROXY cannot be used: ")
        .hasMessageContaining("NO_PROXY")
        .hasMessageNotContaining("secret");
  }

  /** A proxy that takes one connection, tells its first line, and answers. */
  private static CompletableFuture<String> proxy(ServerSocket listening, String answer) {
    CompletableFuture<String> asked = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Socket client = listening.accept()) {
            BufferedReader in =
                new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            String first = String.valueOf(in.readLine());
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
              line = in.readLine();
            }
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            asked.complete(first);
          } catch (IOException e) {
            asked.completeExceptionally(new UncheckedIOException(e));
          }
        });
    return asked;
  }

  private static String asked(String server, String variable, String noProxyElsewhere)
      throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      CompletableFuture<String> asked =
          proxy(listening, "HTTP/1.1 403 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      Map<String, String> environment =
          Map.of(
              variable,
              "http://127.0.0.1:" + listening.getLocalPort(),
              "NO_PROXY",
              noProxyElsewhere);
      try (ApiClient api = ApiClient.ofUrl(server, environment)) {
        ApiRequests requests = new ApiRequests(api, exchange -> {});
        assertThatThrownBy(() -> requests.get("/api", Map.of(), Duration.ofSeconds(30)))
            .isInstanceOf(RuntimeException.class);
      }
      return asked.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aServerByTlsIsAskedForAsATunnel() throws Exception {
    assertThat(asked("https://10.255.255.1:6443", "HTTPS_PROXY", "192.168.0.0/16"))
        .startsWith("CONNECT 10.255.255.1:6443 HTTP/1.1");
  }

  @Test
  void aServerWithoutTlsIsAskedThroughTheProxy() throws Exception {
    assertThat(asked("http://10.255.255.1:8080", "HTTP_PROXY", ""))
        .startsWith("GET http://10.255.255.1:8080/api? HTTP/1.1");
  }
}
