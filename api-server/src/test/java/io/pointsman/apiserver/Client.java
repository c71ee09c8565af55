package io.pointsman.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Plain HTTP to a server, for one test. */
final class Client implements AutoCloseable {
  private static final long LIMIT_SECONDS = 30;

  private static final String TABLE =
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;"
          + "g=meta.k8s.io,application/json";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ApiServer server;

  Client(ApiServer server) {
    this.server = server;
  }

  record Answer(int code, JsonNode body, HttpResponse<String> response) {
    String version() {
      return body.path("metadata").path("resourceVersion").asText();
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, "application/json", "");
  }

  Answer send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            java.net.http.HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", type)
                .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    return new Answer(response.statusCode(), Json.tree(response.body()), response);
  }

  /** As kubectl asks for what it prints. */
  Answer table(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            java.net.http.HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Accept", TABLE)
                .build(),
            BodyHandlers.ofString());
    return new Answer(response.statusCode(), Json.tree(response.body()), response);
  }

  /** Opens a watch whose objects are tables. */
  Events watchTables(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(
            java.net.http.HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Accept", TABLE)
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new Events(response.body());
  }

  /** Opens a watch and reads its events in the background. */
  Events watch(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(
            java.net.http.HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
            BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new Events(response.body());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** The events of a watch; an empty one stands for its end. */
  static final class Events {
    private final InputStream in;
    private final BlockingQueue<Optional<JsonNode>> queue = new LinkedBlockingQueue<>();

    Events(InputStream in) {
      this.in = in;
      Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          queue.add(Optional.of(Json.tree(line)));
        }
      } catch (IOException | UncheckedIOException cut) {
        // Told below.
      } finally {
        queue.add(Optional.empty());
      }
    }

    Optional<JsonNode> nextOrEnd() throws InterruptedException {
      Optional<JsonNode> next = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(next).as("an event within %s s", LIMIT_SECONDS).isNotNull();
      return java.util.Objects.requireNonNull(next);
    }

    JsonNode next() throws InterruptedException {
      return nextOrEnd().orElseThrow(() -> new AssertionError("the watch has ended"));
    }

    /** The next event as TYPE NAME VERSION. */
    String nextLine() throws InterruptedException {
      JsonNode event = next();
      JsonNode metadata = event.path("object").path("metadata");
      return event.path("type").asText()
          + " "
          + metadata.path("name").asText()
          + " "
          + metadata.path("resourceVersion").asText();
    }

    void close() throws IOException {
      in.close();
    }
  }
}
