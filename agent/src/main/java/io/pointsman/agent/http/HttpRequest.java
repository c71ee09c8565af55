package io.pointsman.agent.http;

import io.pointsman.net.IpAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What matters of a request; its body does not.
 *
 * @param method such as {@code GET}
 * @param path without the query, as it was sent
 * @param query what follows the question mark, as it was sent; empty when there is none
 * @param local the node's address that the client connected to
 * @param port the node's port that the client connected to
 * @param token of the header Authorization
 */
public record HttpRequest(
    String method,
    String path,
    String query,
    IpAddress local,
    int port,
    Optional<BearerToken> token) {
  /** RFC 9112 section 3, limited to requests in origin form. */
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([A-Z]{1,16}) (/[^ ?#]*)(?:\\?([^ ]*))? HTTP/1\\.[0-9]");

  /** RFC 6750 section 2.1; names of headers and schemes are the same in capitals. */
  private static final Pattern TOKEN =
      Pattern.compile("(?im)^authorization:[ \\t]*bearer +([!-~]+)[ \\t]*$");

  /** A request without a token. */
  public HttpRequest(String method, String path, String query, IpAddress local, int port) {
    this(method, path, query, local, port, Optional.empty());
  }

  /**
   * Reads the head of a request.
   *
   * @param head from the request line to the empty line before the body
   * @return empty when this is not HTTP/1
   */
  static Optional<HttpRequest> parse(byte[] head, InetSocketAddress local) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n");
    Matcher line = REQUEST_LINE.matcher(end < 0 ? text : text.substring(0, end));
    return line.matches()
        ? Optional.of(
            new HttpRequest(
                line.group(1),
                line.group(2),
                Optional.ofNullable(line.group(3)).orElse(""),
                IpAddress.ofBytes(local.getAddress().getAddress()),
                local.getPort(),
                token(end < 0 ? "" : text.substring(end))))
        : Optional.empty();
  }

  private static Optional<BearerToken> token(String headers) {
    return TOKEN
        .matcher(headers)
        .results()
        .findFirst()
        .map(found -> new BearerToken(found.group(1)));
  }

  /**
   * The value of a field of a form (URL Standard, application/x-www-form-urlencoded).
   *
   * @return empty when the query does not hold the field, or its value is not decodable
   */
  public Optional<String> parameter(String name) {
    return Arrays.stream(query.split("&", -1))
        .filter(field -> field.startsWith(name + "="))
        .findFirst()
        .flatMap(field -> decoded(field.substring(name.length() + 1)));
  }

  private static Optional<String> decoded(String value) {
    try {
      return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
