package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests go the way of the Kubernetes client, with what it adds to them. */
class ApiRequestsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path root;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<ApiExchange> exchanges = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  ApiRequestsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String agent = exchange.getRequestHeaders().getFirst("User-Agent");
    asked.add(exchange.getRequestURI() + " " + token + " " + agent);
    switch (exchange.getRequestURI().getPath()) {
      case "/secret" ->
          answer(exchange, token.equals("Bearer new") ? 200 : 401, "{\"token\":\"" + token + "\"}");
      case "/refused" -> answer(exchange, 500, "{\"kind\":\"Status\",\"message\":\"no luck\"}");
      case "/odd" -> answer(exchange, 503, "<html>");
      default -> stall(exchange);
    }
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Sends the beginning of a body and no more. */
  private void stall(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    try {
      over.await();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private ApiClient inPod(String token) throws IOException {
    Path account =
        Files.createDirectories(root.resolve("var/run/secrets/kubernetes.io/serviceaccount"));
    Files.writeString(account.resolve("token"), token);
    return ApiClient.inCluster(root, Map.of(), Optional.of(url()));
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void theClientsTokenAndNameAreSent() throws Exception {
    try (ApiClient api = inPod("new");
        InputStream body =
            new ApiRequests(api, exchanges::add)
                .get("/secret", Map.of("a", "!b/c", "d", "1"), LIMIT)) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("Bearer new");
    }
    assertThat(asked).containsExactly("/secret?a=%21b%2Fc&d=1 Bearer new pointsman");
  }

  @Test
  void aTokenThatWasRenewedIsReadAnew() throws Exception {
    try (ApiClient api = inPod("old")) {
      ApiRequests requests = new ApiRequests(api, exchanges::add);
      assertThatThrownBy(() -> requests.get("/secret", Map.of(), LIMIT))
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refused -> assertThat(refused.getCode()).isEqualTo(401));
      inPod("new").close();
      requests.get("/secret", Map.of(), LIMIT).close();
    }
    assertThat(asked.getLast()).contains("Bearer new");
  }

  @Test
  void aRefusalSaysWhatTheServerSays() {
    try (ApiClient api = ApiClient.ofUrl(url())) {
      ApiRequests requests = new ApiRequests(api, exchanges::add);
      assertThatThrownBy(() -> requests.get("/refused", Map.of(), LIMIT))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessage("no luck");
      assertThatThrownBy(() -> requests.get("/odd", Map.of(), LIMIT))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessage("Service Unavailable");
    }
  }

  @Test
  void aReaderThatIsInterruptedStopsWaiting() throws Exception {
    try (ApiClient api = ApiClient.ofUrl(url())) {
      ApiRequests requests = new ApiRequests(api, exchanges::add);
      CountDownLatch reading = new CountDownLatch(1);
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                try (InputStream body = requests.get("/watch", Map.of(), Duration.ofHours(1))) {
                  assertThat(body.read()).isEqualTo('{');
                  reading.countDown();
                  body.readAllBytes();
                } catch (IOException | InterruptedException stopped) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                }
              });
      assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
      reader.interrupt();
      assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aBodyThatDoesNotEndInTimeIsGivenUp() throws Exception {
    try (ApiClient api = ApiClient.ofUrl(url());
        InputStream body =
            new ApiRequests(api, exchanges::add).get("/watch", Map.of(), Duration.ofSeconds(1))) {
      assertThatThrownBy(body::readAllBytes).isInstanceOf(HttpTimeoutException.class);
    }
  }

  @Test
  void eachRequestIsToldOnce() throws Exception {
    String host = "127.0.0.1:" + server.getAddress().getPort();
    try (ApiClient api = ApiClient.ofUrl(url())) {
      ApiRequests requests = new ApiRequests(api, exchanges::add);
      assertThatThrownBy(() -> requests.get("/refused", Map.of(), LIMIT))
          .isInstanceOf(KubernetesClientException.class);
      try (InputStream body = requests.watch("/watch", Map.of(), LIMIT, LIMIT)) {
        assertThat(body.read()).isEqualTo('{');
      }
    }
    try (ApiClient nowhere = ApiClient.ofUrl("http://127.0.0.1:1")) {
      assertThatThrownBy(
              () -> new ApiRequests(nowhere, exchanges::add).get("/secret", Map.of(), LIMIT))
          .isInstanceOf(KubernetesClientException.class);
    }
    assertThat(exchanges)
        .extracting(ApiExchange::host, ApiExchange::method, ApiExchange::code)
        .containsExactly(
            tuple(host, "GET", OptionalInt.of(500)),
            tuple(host, "GET", OptionalInt.of(200)),
            tuple("127.0.0.1:1", "GET", OptionalInt.empty()));
    assertThat(exchanges)
        .extracting(exchange -> exchange.volume().map(ApiExchange.Volume::received))
        .containsExactly(Optional.of(37L), Optional.empty(), Optional.of(0L));
  }
}
