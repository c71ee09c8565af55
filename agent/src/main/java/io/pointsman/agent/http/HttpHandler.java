package io.pointsman.agent.http;

import java.util.Optional;

/** Answers requests from memory, without waiting for anything. */
@FunctionalInterface
public interface HttpHandler {
  /** The answer; empty to end the connection by a reset, as if nobody listened at that address. */
  Optional<HttpAnswer> answer(HttpRequest request);
}
