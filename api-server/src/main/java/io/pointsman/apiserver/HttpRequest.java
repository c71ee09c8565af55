package io.pointsman.apiserver;

import java.util.Map;

/** A request as it came over the wire. */
final class HttpRequest {
  private final String method;
  private final ApiRequest api;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * @param headers by their names in small letters
   */
  HttpRequest(String method, ApiRequest api, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.api = api;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  String method() {
    return method;
  }

  ApiRequest api() {
    return api;
  }

  /** A header's value; empty when it is missing. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** The type of the body without parameters. */
  String mediaType() {
    return header("content-type").split(";", -1)[0].strip();
  }

  byte[] body() {
    return body;
  }

  boolean keepsAlive() {
    return !header("connection").equalsIgnoreCase("close");
  }
}
