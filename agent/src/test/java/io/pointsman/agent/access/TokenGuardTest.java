package io.pointsman.agent.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.http.BearerToken;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.apiserver.Account;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Refusal;
import io.pointsman.kubernetes.AccessReviews;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.net.IpAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenGuardTest {
  private static final Set<String> GUARDED = Set.of("/metrics", "/configz");

  private final ApiServer server =
      ApiServer.start(
          ApiServer.Options.defaults()
              .withAccounts(
                  List.of(
                      new Account("good", "prometheus", List.of(), Set.of("/metrics")),
                      new Account("other", "somebody", List.of(), Set.of()))));
  private final ApiClient api = ApiClient.ofUrl(server.url());
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong(17);
  private final TokenGuard guard = guard(api);

  private TokenGuard guard(ApiClient client) {
    return new TokenGuard(
        new AccessReviews(client, Duration.ofSeconds(20), exchange -> asked.incrementAndGet()),
        GUARDED,
        nanos::get);
  }

  @AfterEach
  void stop() {
    guard.close();
    api.close();
    server.close();
  }

  private static HttpRequest request(String path, Optional<String> token) {
    return new HttpRequest(
        "GET", path, "", IpAddress.of("127.0.0.1"), 10249, token.map(BearerToken::new));
  }

  private CompletableFuture<Optional<HttpAnswer>> begin(String path, String token) {
    return guard.refusal(request(path, Optional.of(token)));
  }

  /** 200 when it is admitted. */
  private static int status(CompletableFuture<Optional<HttpAnswer>> refusal) throws Exception {
    return refusal.get(30, TimeUnit.SECONDS).map(HttpAnswer::status).orElse(200);
  }

  private int status(String path, String token) throws Exception {
    return status(begin(path, token));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void withoutATokenThereIsNothingToAsk() throws Exception {
    HttpAnswer answer = guard.refusal(request("/metrics", Optional.empty())).get().orElseThrow();
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers()).contains(new HttpAnswer.Header("WWW-Authenticate", "Bearer"));
    assertThat(status(guard.refusal(request("/readyz", Optional.empty())))).isEqualTo(200);
    assertThat(status("/no-such-path", "good")).isEqualTo(200);
    assertThat(asked).hasValue(0);
  }

  @Test
  void tokenAndRightDecide() throws Exception {
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(status("/metrics", "unknown")).isEqualTo(401);
    HttpAnswer forbidden = begin("/configz", "good").get(30, TimeUnit.SECONDS).orElseThrow();
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.body())
        .isEqualTo(
            "prometheus may not get /configz: allow it the verb get on this nonResourceURL, in a"
                + " ClusterRole\n");
    assertThat(status("/metrics", "other")).isEqualTo(403);
  }

  @Test
  void whatTheServerHasSaidCountsForATime() throws Exception {
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(status("/metrics", "bad")).isEqualTo(401);
    assertThat(asked).hasValue(3);
    pass(Duration.ofSeconds(29));
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(status("/metrics", "bad")).isEqualTo(401);
    assertThat(asked).hasValue(3);
    pass(Duration.ofSeconds(2));
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(status("/metrics", "bad")).isEqualTo(401);
    assertThat(asked).hasValue(4);
    pass(Duration.ofMinutes(2));
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(asked).hasValue(6);
  }

  /** One that knows tokens no more, as after it has expired. */
  @Test
  void aWithdrawnTokenIsRefusedWhenItsTimeIsOver() throws Exception {
    assertThat(status("/metrics", "good")).isEqualTo(200);
    server.close();
    try (ApiServer without =
        ApiServer.start(ApiServer.Options.defaults().withPort(server.port()))) {
      assertThat(status("/metrics", "good")).isEqualTo(200);
      pass(Duration.ofMinutes(3));
      assertThat(status("/metrics", "good")).isEqualTo(401);
      assertThat(without.objects()).isEmpty();
    }
  }

  @Test
  void aFloodOfStrangersIsNotPassedOnAndKnownOnesGoOn() throws Exception {
    assertThat(status("/metrics", "good")).isEqualTo(200);
    pass(Duration.ofMinutes(3));
    int before = asked.get();
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      answers.add(status("/metrics", "stranger " + i));
    }
    assertThat(answers).contains(429).filteredOn(status -> status == 401).hasSize(10);
    assertThat(asked).hasValue(before + 10);
    assertThat(status("/metrics", "good")).isEqualTo(200);
    assertThat(status("/metrics", "new")).isEqualTo(429);
    pass(Duration.ofSeconds(1));
    assertThat(status("/metrics", "new")).isEqualTo(401);
  }

  @Test
  void equalQuestionsAreAskedOnce() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ApiClient client = ApiClient.ofUrl("http://127.0.0.1:" + silent.getLocalPort());
        TokenGuard waiting = guard(client)) {
      HttpRequest request = request("/metrics", Optional.of("good"));
      CompletableFuture<Optional<HttpAnswer>> first = waiting.refusal(request);
      assertThat(first).isNotDone();
      assertThat(waiting.refusal(request)).isSameAs(first);
      silent.accept().close();
      assertThat(status(first)).isEqualTo(503);
    }
  }

  /** Four are asked, sixteen wait. */
  @Test
  void noMoreThanAFewWaitForTheServer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ApiClient client = ApiClient.ofUrl("http://127.0.0.1:" + silent.getLocalPort());
        TokenGuard waiting = guard(client)) {
      List<Integer> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        pass(Duration.ofSeconds(1));
        CompletableFuture<Optional<HttpAnswer>> refusal =
            waiting.refusal(request("/metrics", Optional.of("token " + i)));
        if (refusal.isDone()) {
          answers.add(status(refusal));
        }
      }
      assertThat(answers).hasSize(20).containsOnly(429);
    }
  }

  @Test
  void aServerThatRefusesToReviewIsNotTheClientsFault() throws Exception {
    server.refuse(request -> request.path().endsWith("/tokenreviews"), 1, Refusal.of(403));
    assertThat(status("/metrics", "good")).isEqualTo(503);
    assertThat(status("/metrics", "good")).isEqualTo(200);
  }
}
