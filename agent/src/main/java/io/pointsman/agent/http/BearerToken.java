package io.pointsman.agent.http;

/** The credential of a request (RFC 6750 section 2.1). */
public record BearerToken(String text) {
  /** Not the token: logs are read by many. */
  @Override
  public String toString() {
    return "a token of " + text.length() + " characters";
  }
}
