package io.pointsman.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
  private static final Routes ROUTES =
      new Routes(Map.of("/a", request -> HttpAnswer.text(200, request.query())));

  private static HttpAnswer ask(String method, String path, String query) {
    return ROUTES
        .answer(new HttpRequest(method, path, query, IpAddress.of("127.0.0.1"), 80))
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /a, 200",
    "HEAD, /a, 200",
    "POST, /a, 405",
    "PUT, /a, 405",
    "OPTIONS, /a, 405",
    "GET, /b, 404",
    "GET, /a/, 404",
    "POST, /b, 404",
  })
  void pathsAndMethods(String method, String path, int status) {
    assertThat(ask(method, path, "").status()).isEqualTo(status);
  }

  @Test
  void aWrongMethodIsToldTheRightOnes() {
    assertThat(ask("POST", "/a", "").headers())
        .contains(new HttpAnswer.Header("Allow", "GET, HEAD"));
  }

  @ParameterizedTest
  @CsvSource({
    "q=x, x",
    "q=a%2Fb+c&page=2, a/b c",
    "page=2&q=, ''",
    "q=%F, none",
    "xq=1, none",
    "'', none",
  })
  void parameters(String query, String value) {
    HttpRequest request = new HttpRequest("GET", "/", query, IpAddress.of("127.0.0.1"), 80);
    assertThat(request.parameter("q"))
        .isEqualTo(value.equals("none") ? Optional.empty() : Optional.of(value));
  }

  @Test
  void theQueryIsReadFromTheRequestLine() {
    assertThat(
            HttpRequest.parse(
                "GET /a?x=1&y=%20 HTTP/1.1\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                new java.net.InetSocketAddress(IpAddress.of("127.0.0.1").toInetAddress(), 80)))
        .get()
        .extracting(HttpRequest::path, HttpRequest::query)
        .containsExactly("/a", "x=1&y=%20");
  }
}
