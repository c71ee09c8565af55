package io.pointsman.plan;

import io.pointsman.model.Endpoint;

/**
 * An endpoint of a Service port with its address and port resolved, before anything is decided.
 *
 * @param target address, port, and whether it runs on this node
 * @param endpoint the conditions and hints as the slice gives them
 */
public record Candidate(Target target, Endpoint endpoint) {
  boolean isReady() {
    return endpoint.ready();
  }

  /** Still answers while it shuts down: the last resort when nothing is ready (KEP-1669). */
  boolean isFallback() {
    return endpoint.serving() && endpoint.terminating();
  }
}
