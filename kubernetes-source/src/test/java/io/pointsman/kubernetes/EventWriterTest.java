package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.apiserver.ApiRequest;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Refusal;
import io.pointsman.model.ObjectName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events reach the cluster, and nothing waits for them. */
class EventWriterTest {
  private static final ApiEvent STARTING =
      new ApiEvent(ApiEvent.Regarding.node("n1"), false, "Starting", "StartKubeProxy", "");
  private static final ApiEvent TAKEN =
      new ApiEvent(
          ApiEvent.Regarding.service(new ObjectName("shop", "web")),
          true,
          "FailedToStartServiceHealthcheck",
          "Listen",
          "port 30000 is taken");

  private final Heard heard = new Heard();
  private final ApiServer server = ApiServer.start();
  private final ApiClient api = ApiClient.ofUrl(server.url());
  private final ApiServerSource source = new ApiServerSource(api, "n1", new Random(1));

  @AfterEach
  void stop() {
    source.close();
    api.close();
    server.close();
  }

  private void written(int requests) {
    for (int i = 0; i < requests; i++) {
      heard.exchange(exchange -> !exchange.method().equals("GET"));
    }
  }

  private List<JsonNode> events() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String text =
          client
              .send(
                  HttpRequest.newBuilder(URI.create(server.url() + "/apis/events.k8s.io/v1/events"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      List<JsonNode> items = new ArrayList<>();
      new com.fasterxml.jackson.databind.ObjectMapper()
          .readTree(text)
          .path("items")
          .forEach(items::add);
      return items;
    }
  }

  @Test
  void anEventIsAsClientGoWouldWriteIt() throws Exception {
    source.start(heard);
    source.events().report(STARTING);
    written(1);
    JsonNode event = events().getFirst();
    assertThat(event.at("/metadata/namespace").asText()).isEqualTo("default");
    assertThat(event.at("/metadata/name").asText()).matches("n1\\.[0-9a-f]{16}");
    assertThat(event.at("/eventTime").asText()).matches("20[0-9-]{8}T[0-9:]{8}\\.[0-9]{6}Z");
    assertThat(event.at("/reportingController").asText()).isEqualTo("kube-proxy");
    assertThat(event.at("/reportingInstance").asText()).isEqualTo("n1");
    assertThat(event.at("/type").asText()).isEqualTo("Normal");
    assertThat(event.at("/reason").asText()).isEqualTo("Starting");
    assertThat(event.at("/action").asText()).isEqualTo("StartKubeProxy");
    assertThat(event.at("/regarding").toString())
        .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"n1\"}");
  }

  @Test
  void whatHappensAgainIsCountedInTheSameObject() throws Exception {
    source.start(heard);
    for (int i = 0; i < 5; i++) {
      source.events().report(TAKEN);
    }
    written(2);
    assertThat(events()).hasSize(1);
    JsonNode event = events().getFirst();
    assertThat(event.at("/metadata/namespace").asText()).isEqualTo("shop");
    assertThat(event.at("/series/count").asInt()).isEqualTo(2);
    assertThat(event.at("/series/lastObservedTime").asText()).endsWith("Z");
    assertThat(event.at("/note").asText()).isEqualTo("port 30000 is taken");
    assertThat(event.at("/type").asText()).isEqualTo("Warning");
  }

  @Test
  void aMissingRoleIsToldOnceWithTheRule() {
    server.refuse(request -> request.is("create", "events"), Long.MAX_VALUE, Refusal.of(403));
    source.start(heard);
    source.events().report(STARTING);
    source.events().report(TAKEN);
    assertThat(heard.next(Heard.EventsRefused.class).message())
        .startsWith("the API server at " + server.url() + " answers 403 to Events (")
        .contains("allow create, patch and update on events of apiGroup events.k8s.io");
    written(2);
    source.close();
    assertThat(source.events().lost()).isEqualTo(2);
    assertThat(heard.rest()).noneMatch(Heard.EventsRefused.class::isInstance);
  }

  @Test
  void aBusyServerGetsThemLater() throws Exception {
    server.refuse(
        request -> request.is("create", "events"),
        1,
        Refusal.tooManyRequests(Duration.ofSeconds(1)));
    source.start(heard);
    source.events().report(STARTING);
    written(2);
    assertThat(events()).hasSize(1);
    assertThat(source.events().lost()).isZero();
  }

  @Test
  void whoReportsNeverWaitsAndWhatFindsNoRoomIsCounted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server.refuse(
        request -> {
          if (isEvent(request)) {
            asked.countDown();
            try {
              over.await();
            } catch (InterruptedException end) {
              Thread.currentThread().interrupt();
            }
          }
          return false;
        },
        1,
        Refusal.of(500));
    source.events().report(STARTING);
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 1000; i++) {
      source.events().report(TAKEN);
    }
    assertThat(source.events().lost()).isEqualTo(800);
    over.countDown();
  }

  private static boolean isEvent(ApiRequest request) {
    return request.is("create", "events");
  }
}
