package io.pointsman.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request to the API server and what became of it.
 *
 * @param host as in the server's URL, with its port if that has one
 * @param method of HTTP, such as {@code GET}
 * @param code HTTP status; empty when no answer came
 * @param volume empty for watches, whose answers have no end
 */
public record ApiExchange(String host, String method, OptionalInt code, Optional<Volume> volume) {
  /**
   * @param duration from the request to the end of the answer
   * @param sent bytes of the request's body
   * @param received bytes of the answer's body
   */
  public record Volume(Duration duration, long sent, long received) {}
}
