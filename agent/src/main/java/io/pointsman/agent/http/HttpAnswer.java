package io.pointsman.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param status RFC 9110 section 15
 * @param headers besides {@code Date}, {@code Content-Length} and {@code Connection}, in order
 * @param body sent as UTF-8
 */
public record HttpAnswer(int status, List<Header> headers, String body) {
  /** One header line. */
  public record Header(String name, String value) {}

  /** Keeps browsers from guessing another type; kube-proxy sends it with everything. */
  private static final Header NO_SNIFF = new Header("X-Content-Type-Options", "nosniff");

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"));

  public HttpAnswer {
    headers = List.copyOf(headers);
  }

  /** Plain text. */
  public static HttpAnswer text(int status, String body) {
    return of(status, "text/plain; charset=utf-8", body);
  }

  /** A JSON text. */
  public static HttpAnswer json(int status, String body) {
    return of(status, "application/json", body);
  }

  /** A body of any type. */
  public static HttpAnswer of(int status, String type, String body) {
    return new HttpAnswer(status, List.of(new Header("Content-Type", type), NO_SNIFF), body);
  }

  /** Nothing is served under this path. */
  public static HttpAnswer notFound() {
    return text(404, "404 page not found\n");
  }

  /** This answer with one more header. */
  public HttpAnswer with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new HttpAnswer(status, more, body);
  }

  /**
   * The bytes on the wire.
   *
   * @param withBody false in answer to HEAD
   */
  ByteBuffer encode(boolean withBody, Instant now) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ');
    head.append(REASONS.getOrDefault(status, "Other")).append("\r\n");
    for (Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
    head.append("Date: ").append(date.replace("Z", "GMT")).append("\r\n");
    head.append("Content-Length: ").append(content.length).append("\r\n");
    head.append("Connection: close\r\n\r\n");
    byte[] first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes = ByteBuffer.allocate(first.length + (withBody ? content.length : 0));
    bytes.put(first);
    if (withBody) {
      bytes.put(content);
    }
    return bytes.flip();
  }
}
