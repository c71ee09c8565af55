package io.pointsman.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRequestTest {
  private static Optional<BearerToken> token(String head) {
    return HttpRequest.parse(
            head.getBytes(StandardCharsets.ISO_8859_1),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
        .orElseThrow()
        .token();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Bearer a.b-c_d==",
        "authorization:bearer   a.b-c_d==  ",
        "AUTHORIZATION:  BEARER a.b-c_d==",
      })
  void theTokenIsRead(String header) {
    assertThat(token("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\nAccept: y\r\n\r\n"))
        .hasValue(new BearerToken("a.b-c_d=="));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Basic YTpi",
        "Authorization: Bearer",
        "Authorization: Bearer a b",
        "X-Authorization: Bearer a",
        "Proxy-Authorization: Bearer a",
      })
  void othersAreNoToken(String header) {
    assertThat(token("GET / HTTP/1.1\r\n" + header + "\r\n\r\n")).isEmpty();
  }

  @Test
  void aRequestInTheLogDoesNotHoldTheToken() {
    assertThat(token("GET / HTTP/1.1\r\nAuthorization: Bearer secret\r\n\r\n").orElseThrow())
        .hasToString("a token of 6 characters");
  }
}
