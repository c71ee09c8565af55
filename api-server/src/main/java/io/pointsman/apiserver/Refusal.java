package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of failure, given on demand.
 *
 * @param code HTTP status from 400 up
 * @param retryAfter what the client is asked to wait, in whole seconds
 */
public record Refusal(int code, Optional<Duration> retryAfter) {
  /**
   * @throws IllegalArgumentException when the code is no failure
   */
  public Refusal {
    if (code < 400 || code > 599) {
      throw new IllegalArgumentException("a refusal's code is 400 to 599, not " + code);
    }
  }

  /** A failure such as 401, 500 or 503. */
  public static Refusal of(int code) {
    return new Refusal(code, Optional.empty());
  }

  /** 429: the server has too much to do. */
  public static Refusal tooManyRequests(Duration retryAfter) {
    return new Refusal(429, Optional.of(retryAfter));
  }

  Reply reply() {
    ObjectNode details = Json.object();
    retryAfter.ifPresent(wait -> details.put("retryAfterSeconds", wait.toSeconds()));
    return new Reply.Document(
        code,
        retryAfter
            .map(wait -> Map.of("Retry-After", Long.toString(wait.toSeconds())))
            .orElse(Map.of()),
        StatusException.status(code, reason(), message(), details));
  }

  private String reason() {
    return switch (code) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 410 -> "Expired";
      case 429 -> "TooManyRequests";
      case 500 -> "InternalError";
      case 503 -> "ServiceUnavailable";
      case 504 -> "Timeout";
      default -> "";
    };
  }

  private String message() {
    return switch (code) {
      case 401 -> "Unauthorized";
      case 429 -> "too many requests, please try again later";
      case 500 -> "Internal error occurred: refused on demand";
      case 503 -> "the server is currently unable to handle the request";
      default -> "refused on demand";
    };
  }
}
