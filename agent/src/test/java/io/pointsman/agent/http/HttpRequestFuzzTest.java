package io.pointsman.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any head up to the longest is a request or none. */
class HttpRequestFuzzTest {
  private static final InetSocketAddress LOCAL =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 10249);

  static Stream<byte[]> heads() {
    return Stream.of(
            "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /metrics?name=a%20b+c&x=%zz&name= HTTP/1.0\r\n\r\n",
            "GET /?&&=&service=%F0%9F%98%80 HTTP/1.1\n\r\n\r\n")
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @MethodSource("heads")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void isARequestOrNone(byte[] bytes) {
    byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, Connection.MAX_HEAD));
    HttpRequest.parse(head, LOCAL)
        .ifPresent(request -> {
          assertThat(request.path()).startsWith("/").doesNotContain("?", " ");
          assertThat(request.parameter("name")).isNotNull();
          assertThat(request.parameter("service")).isNotNull();
        });
  }
}
