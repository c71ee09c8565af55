package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.pointsman.kubernetes.ApiExchange.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/**
 * Requests to an API server, whose answers are read as they arrive.
 *
 * <p>They take the Kubernetes client's own way: its TLS, its authentication and renewal of tokens,
 * its proxy and its user agent apply.
 */
final class ApiRequests {
  /** Within which an answer must begin. */
  private static final Duration BEGINNING = Duration.ofSeconds(30);

  private static final String RETRY_AFTER = "Retry-After";

  private final String url;
  private final HttpClient http;
  private final Consumer<ApiExchange> exchanges;

  /**
   * @param exchanges told of each request once its outcome is known; called from the threads that
   *     ask or read
   */
  ApiRequests(ApiClient api, Consumer<ApiExchange> exchanges) {
    this.url = api.url();
    this.http = api.http();
    this.exchanges = exchanges;
  }

  /**
   * Asks for something.
   *
   * @param path absolute, below the server's URL
   * @param query names and values, not yet encoded
   * @param limit within which the whole answer must arrive
   * @return the answer's body; an {@link java.io.IOException} on it says that the rest will not
   *     come
   * @throws RefusedException when the server refuses
   * @throws KubernetesClientException without a code when it does not answer
   */
  InputStream get(String path, Map<String, String> query, Duration limit)
      throws InterruptedException {
    long start = System.nanoTime();
    return get(
        path,
        query,
        limit,
        limit,
        (code, received) -> tell(code, Optional.of(new Volume(since(start), 0, received))));
  }

  /**
   * The same for an answer without an end of its own.
   *
   * @param silence after which reading ends with an {@link ArrivingBytes.SilenceException}
   */
  InputStream watch(String path, Map<String, String> query, Duration limit, Duration silence)
      throws InterruptedException {
    InputStream body =
        get(
            path,
            query,
            limit,
            silence,
            (code, _) -> {
              if (code.isEmpty() || code.getAsInt() >= 300) {
                tell(code, Optional.empty());
              }
            });
    tell(OptionalInt.of(200), Optional.empty());
    return body;
  }

  /**
   * Sends something; what the server answers is of no interest but for its status.
   *
   * @param method of HTTP
   * @param path absolute, below the server's URL
   * @param mediaType of the body
   * @param limit within which the whole answer must arrive
   * @throws RefusedException when the server refuses
   * @throws KubernetesClientException without a code when it does not answer
   */
  void send(String method, String path, String mediaType, String body, Duration limit)
      throws InterruptedException {
    try (InputStream answer = sent(method, path, mediaType, body, limit)) {
      answer.transferTo(OutputStream.nullOutputStream());
    } catch (IOException cut) {
      // The server has taken it: its status came.
    }
  }

  /**
   * Sends something by POST for the sake of what is answered.
   *
   * @return the answer's body, as of {@link #get(String, Map, Duration)}; throws as {@link #send}
   */
  InputStream post(String path, String mediaType, String body, Duration limit)
      throws InterruptedException {
    return sent("POST", path, mediaType, body, limit);
  }

  private InputStream sent(
      String method, String path, String mediaType, String body, Duration limit)
      throws InterruptedException {
    long start = System.nanoTime();
    long sent = body.getBytes(StandardCharsets.UTF_8).length;
    HttpRequest request =
        http.newHttpRequestBuilder()
            .method(method, mediaType, body)
            .uri(url + path)
            .setHeader("Accept", "application/json")
            .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    Outcome outcome =
        (code, received) ->
            tell(method, code, Optional.of(new Volume(since(start), sent, received)));
    return ask(request, limit, limit, outcome);
  }

  private void tell(OptionalInt code, Optional<Volume> volume) {
    tell("GET", code, volume);
  }

  private void tell(String method, OptionalInt code, Optional<Volume> volume) {
    exchanges.accept(new ApiExchange(URI.create(url).getRawAuthority(), method, code, volume));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Told once: the status, if there was one, and how many bytes came. */
  private interface Outcome {
    void is(OptionalInt code, long received);
  }

  private InputStream get(
      String path, Map<String, String> query, Duration limit, Duration silence, Outcome outcome)
      throws InterruptedException {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(url + path + "?" + encoded(query))
            .setHeader("Accept", "application/json")
            .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .forStreaming()
            .build();
    return ask(request, limit, silence, outcome);
  }

  private InputStream ask(HttpRequest request, Duration limit, Duration silence, Outcome outcome)
      throws InterruptedException {
    ArrivingBytes bytes = new ArrivingBytes();
    HttpResponse<AsyncBody> answer;
    try {
      answer = await(http.consumeBytes(request, bytes));
    } catch (KubernetesClientException unanswered) {
      outcome.is(OptionalInt.empty(), 0);
      throw unanswered;
    }
    bytes.onClose(received -> outcome.is(OptionalInt.of(answer.code()), received));
    if (!answer.isSuccessful()) {
      bytes.start(answer.body(), BEGINNING, BEGINNING);
      throw new RefusedException(reason(answer, bytes), answer.code(), answer.header(RETRY_AFTER));
    }
    bytes.start(answer.body(), limit, silence);
    return bytes;
  }

  private static String encoded(Map<String, String> query) {
    return query.entrySet().stream()
        .map(part ->
            part.getKey() + "=" + URLEncoder.encode(part.getValue(), StandardCharsets.UTF_8))
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    boolean answered = false;
    try {
      T value = answer.get(BEGINNING.toMillis(), TimeUnit.MILLISECONDS);
      answered = true;
      return value;
    } catch (ExecutionException failed) {
      throw new KubernetesClientException("no answer", failed.getCause());
    } catch (TimeoutException late) {
      throw new KubernetesClientException("no answer", late);
    } finally {
      if (!answered) {
        // Should it come after all, the client then drops it.
        answer.cancel(true);
      }
    }
  }

  /** What the server says in a Status, or else the code's own phrase. */
  private static String reason(HttpResponse<AsyncBody> answer, InputStream body) {
    StringBuilder message = new StringBuilder();
    try (JsonInput in = JsonInput.of(body)) {
      if (in.next()) {
        in.fields(field -> {
          if (field.equals("message")) {
            message.append(in.text());
          }
        });
      }
    } catch (JacksonException | UnreadableException noStatus) {
      message.setLength(0);
    }
    return message.isEmpty() ? answer.message() : message.toString();
  }
}
