package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Logger;

/** Requests to the API server, in the network namespace of the thread that made this object. */
final class ApiLink implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ApiLink.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int FIRST_FAILURE = 300;

  private final String url;

  /** Platform threads: a virtual one runs in whichever namespace its carrier was made. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("control-http-", 0).factory());

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();

  /**
   * @param url such as {@code http://127.0.0.1:8080}
   */
  ApiLink(String url) {
    this.url = url;
  }

  /** All objects of a kind, and the version from which a watch goes on. */
  record Listing(String version, List<Manifest> objects) {}

  Listing list(Kind kind) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(kind.path(), "GET", "", "");
    if (answer.statusCode() >= FIRST_FAILURE) {
      throw new IOException(kind.path() + " is answered with " + answer.body());
    }
    JsonNode list = JSON.readTree(answer.body());
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      ObjectNode object = JSON.createObjectNode();
      object.put("apiVersion", kind.apiVersion()).put("kind", kind.word());
      object.setAll((ObjectNode) item);
      objects.add(Manifest.of(object));
    }
    return new Listing(list.at("/metadata/resourceVersion").asText(), objects);
  }

  /** The events of a kind after a version, one a line. */
  InputStream watch(Kind kind, String version) throws IOException, InterruptedException {
    URI uri = URI.create(url + kind.path() + "?watch=1&resourceVersion=" + version);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream()).body();
  }

  static JsonNode event(String line) throws IOException {
    return JSON.readTree(line);
  }

  /**
   * Writes; what is told of the object by others meanwhile goes first, and is decided on anew.
   *
   * @return the object as it is now; empty when the change came too late or was refused
   */
  Optional<Manifest> write(Change change) throws InterruptedException {
    String collection = Kind.collection(change.key());
    String path = collection + "/" + change.key().name();
    return switch (change) {
      case Change.Create create ->
          object("POST", collection, "application/json", create.object().json());
      case Change.Replace replace ->
          object("PUT", path, "application/json", replace.object().json());
      case Change.Merge merge ->
          object("PATCH", path, "application/merge-patch+json", merge.patch());
      case Change.Delete delete ->
          object("DELETE", path, "application/json", options(delete.uid()));
    };
  }

  /** Takes the object of a pod away that has come to its end. */
  void remove(Manifest pod) throws InterruptedException {
    ObjectKey key = pod.key();
    ObjectNode options = options(pod.at("/metadata/uid").asText()).put("gracePeriodSeconds", 0);
    object("DELETE", Kind.collection(key) + "/" + key.name(), "application/json", options);
  }

  private static ObjectNode options(String uid) {
    ObjectNode options = JSON.createObjectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.putObject("preconditions").put("uid", uid);
    return options;
  }

  private Optional<Manifest> object(String method, String path, String type, JsonNode body)
      throws InterruptedException {
    try {
      HttpResponse<String> answer = send(path, method, type, body.toString());
      if (answer.statusCode() < FIRST_FAILURE) {
        return manifest(JSON.readTree(answer.body()));
      }
      if (answer.statusCode() != NOT_FOUND && answer.statusCode() != CONFLICT) {
        LOG.warning(() -> method + " " + path + " is refused: " + answer.body());
      }
    } catch (IOException failed) {
      LOG.warning(() -> method + " " + path + " fails: " + failed);
    }
    return Optional.empty();
  }

  private static Optional<Manifest> manifest(JsonNode answer) {
    return answer instanceof ObjectNode object && !object.path("kind").asText().equals("Status")
        ? Optional.of(Manifest.of(object))
        : Optional.empty();
  }

  private HttpResponse<String> send(String path, String method, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
