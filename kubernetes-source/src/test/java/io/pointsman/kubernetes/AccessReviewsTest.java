package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.apiserver.Account;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Refusal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessReviewsTest {
  private static final String PROMETHEUS = "system:serviceaccount:monitoring:prometheus";

  private final ApiServer server =
      ApiServer.start(
          ApiServer.Options.defaults()
              .withAccounts(
                  List.of(
                      new Account(
                          "good",
                          PROMETHEUS,
                          List.of("system:authenticated"),
                          Set.of("/metrics")))));
  private final ApiClient api = ApiClient.ofUrl(server.url());
  private final List<ApiExchange> exchanges = new CopyOnWriteArrayList<>();
  private final AccessReviews reviews =
      new AccessReviews(api, Duration.ofSeconds(20), exchanges::add);

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  @Test
  void theUserOfATokenIsTakenAsTheServerKnowsHim() throws Exception {
    assertThat(reviews.user("good"))
        .hasValue(
            new ApiUser(
                PROMETHEUS,
                "uid of " + PROMETHEUS,
                List.of("system:authenticated"),
                Map.of("pointsman.io/token", List.of("known"))));
    assertThat(reviews.user("\"bad\n")).isEmpty();
    assertThat(exchanges)
        .allSatisfy(exchange -> {
          assertThat(exchange.method()).isEqualTo("POST");
          assertThat(exchange.code()).hasValue(201);
        })
        .hasSize(2);
  }

  @Test
  void rightsAreAskedForByPath() throws Exception {
    ApiUser user = reviews.user("good").orElseThrow();
    assertThat(reviews.mayGet(user, "/metrics")).isTrue();
    assertThat(reviews.mayGet(user, "/configz")).isFalse();
    assertThat(reviews.mayGet(new ApiUser("somebody", "", List.of(), Map.of()), "/metrics"))
        .isFalse();
  }

  @Test
  void aMissingRightIsToldWithTheRule() {
    server.refuse(request -> request.path().endsWith("/tokenreviews"), 1, Refusal.of(403));
    assertThatThrownBy(() -> reviews.user("good"))
        .isInstanceOf(ReviewException.class)
        .hasMessage(
            "the API server at "
                + server.url()
                + " answers 403 to create tokenreviews.authentication.k8s.io (forbidden): bind this"
                + " account to the ClusterRole system:auth-delegator, or allow create on"
                + " tokenreviews.authentication.k8s.io and"
                + " subjectaccessreviews.authorization.k8s.io");
  }

  @Test
  void aServerThatFailsOrIsAwayIsToldAsSuch() throws Exception {
    ApiUser user = reviews.user("good").orElseThrow();
    server.refuse(request -> request.path().contains("/authorization."), 1, Refusal.of(500));
    assertThatThrownBy(() -> reviews.mayGet(user, "/metrics"))
        .hasMessageContaining("answers 500 to create subjectaccessreviews.authorization.k8s.io");
    server.close();
    assertThatThrownBy(() -> reviews.mayGet(user, "/metrics"))
        .isInstanceOf(ReviewException.class)
        .hasMessageContaining("cannot reach the API server at " + server.url());
  }

  @Test
  void aServerThatSaysNothingIsLeft() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        ApiClient client = ApiClient.ofUrl("http://127.0.0.1:" + silent.getLocalPort())) {
      AccessReviews waiting = new AccessReviews(client, Duration.ofMillis(200), exchange -> {});
      assertThatThrownBy(() -> waiting.user("good"))
          .isInstanceOf(ReviewException.class)
          .hasMessageContaining("no answer in time");
    }
  }
}
