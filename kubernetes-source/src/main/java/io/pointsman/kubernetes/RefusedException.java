package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The API server answered a request with an error. */
final class RefusedException extends KubernetesClientException {
  private static final long serialVersionUID = 1;

  /** A server that asks for more must not keep a node from changes for so long. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final Duration retryAfter;

  /**
   * @param message what the server says
   * @param code HTTP status
   * @param retryAfter the header of that name (RFC 9110, section 10.2.3): API servers send seconds;
   *     a date is passed over
   */
  RefusedException(String message, int code, @Nullable String retryAfter) {
    super(message, code, null);
    this.retryAfter = wait(retryAfter == null ? "" : retryAfter.strip());
  }

  private static Duration wait(String seconds) {
    return seconds.matches("[0-9]{1,9}")
        ? min(Duration.ofSeconds(Long.parseLong(seconds)), LONGEST_WAIT)
        : Duration.ZERO;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** How long the server asks to wait, at most two minutes; zero when it does not. */
  Duration retryAfter() {
    return retryAfter;
  }
}
