package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that answers lists with what a test says, and refuses all watches. */
class ApiServerRefusalTest {
  private static final String EMPTY = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";
  private static final String PAGE =
      """
      {"apiVersion": "v1", "kind": "ServiceList",
       "metadata": {"resourceVersion": "1", "continue": "%s"},
       "items": [{"metadata": {"namespace": "shop", "name": "%s"},
                  "spec": {"clusterIP": "10.0.0.1"}}]}
      """;

  private record Answer(int code, String body) {}

  private final Heard heard = new Heard();
  private final CountDownLatch manyRequests = new CountDownLatch(12);
  private volatile Function<String, Answer> answers = request -> new Answer(200, EMPTY);
  private HttpServer server;
  private ApiClient api;
  private ApiServerSource source;

  ApiServerRefusalTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api = ApiClient.ofUrl("http://127.0.0.1:" + server.getAddress().getPort());
    source = new ApiServerSource(api, "n1", new Random(1));
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          String request = String.valueOf(exchange.getRequestURI());
          Answer answer =
              request.contains("watch=true") ? new Answer(403, "{}") : answers.apply(request);
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer.code(), body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
          manyRequests.countDown();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    source.close();
    api.close();
    server.stop(0);
  }

  private void manyRequestsCome() throws InterruptedException {
    assertThat(manyRequests.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aWrongTokenIsToldOnceForAllResources() throws InterruptedException {
    answers = request -> new Answer(401, "{}");
    source.start(heard);
    manyRequestsCome();
    assertThat(heard.rest())
        .singleElement()
        .isInstanceOfSatisfying(
            Heard.Failing.class,
            failing ->
                assertThat(failing.message())
                    .startsWith("the API server at " + api.url() + " answers 401 to list ")
                    .contains("check the token")
                    .doesNotContain("\n"));
  }

  @Test
  void aMissingRoleIsToldOnceForEachResource() throws InterruptedException {
    answers = request -> new Answer(403, "{}");
    source.start(heard);
    manyRequestsCome();
    assertThat(heard.rest())
        .extracting(Object::toString)
        .doesNotHaveDuplicates()
        .hasSize(4)
        .allMatch(line -> line.contains("ClusterRole system:node-proxier"))
        .anyMatch(line -> line.contains("answers 403 to list services"));
  }

  @Test
  void watchesMayBeRefusedAlone() {
    source.start(heard);
    assertThat(
            heard.next(Heard.Failing.class, f -> f.message().contains("watch services")).message())
        .contains("answers 403 to watch services");
  }

  @Test
  void pagesAreJoinedAndElderServersAskedWithoutTheFieldSelector() {
    answers =
        request -> {
          if (request.contains("/servicecidrs")) {
            return new Answer(404, "{}");
          } else if (!request.contains("/services")) {
            return new Answer(200, EMPTY);
          } else if (request.contains("fieldSelector")) {
            return new Answer(400, "{}");
          }
          return new Answer(
              200,
              request.contains("continue=more")
                  ? PAGE.formatted("", "second")
                  : PAGE.formatted("more", "first"));
        };
    source.start(heard);
    heard.next(ServiceSet.class, set -> set.service().name().name().equals("first"));
    heard.next(ServiceSet.class, set -> set.service().name().name().equals("second"));
  }

  @Test
  void aServerWithoutServiceCidrsIsNoObstacle() {
    answers = request -> new Answer(request.contains("/servicecidrs") ? 404 : 200, EMPTY);
    source.start(heard);
    heard.next(Heard.Synced.class);
  }
}
