package io.pointsman.agent.http;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Decides who is answered, before the handler is asked. */
@FunctionalInterface
public interface Guard {
  /**
   * Called on the thread that serves, and does not wait.
   *
   * @return completed now or later, from any thread: empty when the request is admitted, else what
   *     it is answered instead
   */
  CompletableFuture<Optional<HttpAnswer>> refusal(HttpRequest request);
}
