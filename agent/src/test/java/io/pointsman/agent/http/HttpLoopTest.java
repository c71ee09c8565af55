package io.pointsman.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpLoopTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-05T08:00:00Z"));
  private static final ListenOn LOOPBACK = new ListenOn.Address(IpAddress.of("127.0.0.1"), 0);

  private Optional<HttpLoop> loop = Optional.empty();

  private InetSocketAddress serve(HttpLoop.Limits limits, HttpHandler handler) throws IOException {
    HttpLoop started = HttpLoop.start("test", CLOCK, limits);
    loop = Optional.of(started);
    return started.listen(LOOPBACK, handler).address();
  }

  @AfterEach
  void close() {
    loop.ifPresent(HttpLoop::close);
  }

  private static Optional<HttpAnswer> echo(HttpRequest request) {
    return Optional.of(HttpAnswer.text(200, request.method() + " " + request.path()));
  }

  private InetSocketAddress serveUnder(Guard guard) throws IOException {
    HttpLoop started = HttpLoop.start("test", CLOCK, HttpLoop.Limits.DEFAULT);
    loop = Optional.of(started);
    return started
        .listen(LOOPBACK, new Served(HttpLoopTest::echo, Optional.of(guard), Optional.empty()))
        .address();
  }

  static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(20_000);
    socket.connect(address, 20_000);
    return socket;
  }

  private static String ask(InetSocketAddress address, String request) throws IOException {
    try (Socket socket = connect(address)) {
      return ask(socket, request);
    }
  }

  static String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** True once the server has ended the connection, in whatever way, be it before all is sent. */
  static boolean isEnded(Socket socket, byte... sent) throws IOException {
    try {
      socket.getOutputStream().write(sent);
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void answersWordForWord() throws IOException {
    InetSocketAddress address =
        serve(
            HttpLoop.Limits.DEFAULT,
            request -> Optional.of(HttpAnswer.json(503, "{}").with("X-Weight", "0")));
    assertThat(ask(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        .isEqualTo(
            """
            HTTP/1.1 503 Service Unavailable\r
            Content-Type: application/json\r
            X-Content-Type-Options: nosniff\r
            X-Weight: 0\r
            Date: Thu, 5 Nov 2026 08:00:00 GMT\r
            Content-Length: 2\r
            Connection: close\r
            \r
            {}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /a/b?c=d HTTP/1.1 | 200 | GET /a/b",
        "POST / HTTP/1.0 | 200 | POST /",
        "HEAD /x HTTP/1.1 | 200 | ''",
        "GET / HTTP/2.0 | 400 | 'this is not an HTTP/1.1 request\n'",
        "GET http://a/ HTTP/1.1 | 400 | 'this is not an HTTP/1.1 request\n'",
        "hello | 400 | 'this is not an HTTP/1.1 request\n'",
      })
  void readsTheRequestLine(String line, int status, String body) throws IOException {
    InetSocketAddress address = serve(HttpLoop.Limits.DEFAULT, HttpLoopTest::echo);
    String answer = ask(address, line + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4))
        .isEqualTo(body.replace("\\n", "\n"));
  }

  @Test
  void aBodyIsReadPastAndDoesNotCostTheAnswer() throws IOException {
    InetSocketAddress address = serve(HttpLoop.Limits.DEFAULT, HttpLoopTest::echo);
    String body = "x".repeat(40_000);
    assertThat(ask(address, "POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n" + body))
        .endsWith("POST /");
  }

  @Test
  void aHeadWithoutEndIsRefused() throws IOException {
    InetSocketAddress address = serve(HttpLoop.Limits.DEFAULT, HttpLoopTest::echo);
    String header = "X: " + "y".repeat(Connection.MAX_HEAD);
    assertThat(ask(address, "GET / HTTP/1.1\r\n" + header)).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void anErrorOfAHandlerIsAnAnswerAndTheNextRequestIsServed() throws IOException {
    InetSocketAddress address =
        serve(
            HttpLoop.Limits.DEFAULT,
            request -> {
              if (request.path().equals("/bad")) {
                throw new IllegalStateException("on purpose");
              }
              return echo(request);
            });
    assertThat(ask(address, "GET /bad HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
    assertThat(ask(address, "GET /good HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void noAnswerEndsTheConnection() throws IOException {
    InetSocketAddress address = serve(HttpLoop.Limits.DEFAULT, request -> Optional.empty());
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(isEnded(socket)).isTrue();
    }
  }

  @Test
  void aClientThatSaysNothingIsDropped() throws IOException {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(8, Duration.ofMillis(50)), HttpLoopTest::echo);
    try (Socket socket = connect(address)) {
      assertThat(isEnded(socket)).isTrue();
    }
  }

  @Test
  void theOldestOfTooManyMakesRoom() throws IOException {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(2, Duration.ofSeconds(60)), HttpLoopTest::echo);
    try (Socket first = connect(address);
        Socket second = connect(address);
        Socket third = connect(address)) {
      assertThat(isEnded(first)).isTrue();
      assertThat(ask(second, "GET /2 HTTP/1.1\r\n\r\n")).endsWith("GET /2");
      assertThat(ask(third, "GET /3 HTTP/1.1\r\n\r\n")).endsWith("GET /3");
    }
  }

  @Test
  void whoWaitsForAGuardHoldsUpNobody() throws Exception {
    CompletableFuture<Optional<HttpAnswer>> open = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(2);
    Guard guard =
        request -> {
          asked.countDown();
          return request.path().equals("/now")
              ? CompletableFuture.completedFuture(Optional.empty())
              : open;
        };
    InetSocketAddress address = serveUnder(guard);
    try (Socket waiting = connect(address)) {
      waiting
          .getOutputStream()
          .write("GET /later HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(ask(address, "GET /now HTTP/1.1\r\n\r\n")).endsWith("GET /now");
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      open.complete(Optional.of(HttpAnswer.text(403, "no")));
      assertThat(ask(waiting, "")).startsWith("HTTP/1.1 403 Forbidden\r\n").endsWith("no");
    }
  }

  @Test
  void aGuardThatFailsAdmitsNobody() throws IOException {
    Guard guard =
        request -> CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
    InetSocketAddress address = serveUnder(guard);
    assertThat(ask(address, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
  }

  @Test
  void aClosedListenersAddressIsFreeAtOnce() throws IOException {
    serve(HttpLoop.Limits.DEFAULT, HttpLoopTest::echo);
    HttpLoop running = loop.orElseThrow();
    HttpLoop.Listener first = running.listen(LOOPBACK, HttpLoopTest::echo);
    ListenOn same = new ListenOn.Address(IpAddress.of("127.0.0.1"), first.address().getPort());
    for (int i = 0; i < 20; i++) {
      running.close(first);
      first = running.listen(same, HttpLoopTest::echo);
    }
    assertThat(ask(first.address(), "GET / HTTP/1.1\r\n\r\n")).endsWith("GET /");
  }

  @Test
  void anAddressThatIsTakenIsServedWhenItGetsFree() throws Exception {
    serve(HttpLoop.Limits.DEFAULT, HttpLoopTest::echo);
    HttpLoop running = loop.orElseThrow();
    HttpLoop.Listener rival =
        running.listen(LOOPBACK, request -> Optional.of(HttpAnswer.text(200, "rival")));
    ListenOn same = new ListenOn.Address(IpAddress.of("127.0.0.1"), rival.address().getPort());
    try (PatientListener patient =
        PatientListener.open(
            running, same, Served.plain(HttpLoopTest::echo), "the test", Duration.ofMillis(10))) {
      assertThat(ask(rival.address(), "GET /a HTTP/1.1\r\n\r\n")).endsWith("rival");
      running.close(rival);
      assertThat(patient.awaitBound(Duration.ofSeconds(20))).isTrue();
      assertThat(ask(rival.address(), "GET /b HTTP/1.1\r\n\r\n")).endsWith("GET /b");
    }
  }
}
