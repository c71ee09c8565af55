package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/**
 * GET requests to an API server, whose answers are read as they arrive.
 *
 * <p>They take the Kubernetes client's own way: its TLS, its authentication and renewal of tokens,
 * its proxy and its user agent apply.
 */
final class ApiRequests {
  /** Within which an answer must begin. */
  private static final Duration BEGINNING = Duration.ofSeconds(30);

  private final String url;
  private final HttpClient http;

  ApiRequests(ApiClient api) {
    this.url = api.url();
    this.http = api.client().getHttpClient();
  }

  /**
   * Asks for something.
   *
   * @param path absolute, below the server's URL
   * @param query names and values, not yet encoded
   * @param limit within which the whole answer must arrive
   * @return the answer's body; an {@link java.io.IOException} on it says that the rest will not
   *     come
   * @throws KubernetesClientException when the server refuses, with its code, or does not answer
   */
  InputStream get(String path, Map<String, String> query, Duration limit)
      throws InterruptedException {
    return get(path, query, limit, limit);
  }

  /**
   * The same with a limit on silence.
   *
   * @param silence after which reading ends with an {@link ArrivingBytes.SilenceException}
   */
  InputStream get(String path, Map<String, String> query, Duration limit, Duration silence)
      throws InterruptedException {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(url + path + "?" + encoded(query))
            .setHeader("Accept", "application/json")
            .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .forStreaming()
            .build();
    ArrivingBytes bytes = new ArrivingBytes();
    HttpResponse<AsyncBody> answer = await(http.consumeBytes(request, bytes));
    if (answer.isSuccessful()) {
      bytes.start(answer.body(), limit, silence);
    } else {
      bytes.start(answer.body(), BEGINNING, BEGINNING);
    }
    if (!answer.isSuccessful()) {
      throw new KubernetesClientException(reason(answer, bytes), answer.code(), null);
    }
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
