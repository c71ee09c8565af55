package io.pointsman.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.testing.TestCertificate;
import io.pointsman.agent.tls.ServingCertificate;
import io.pointsman.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real TLS over the loopback interface. */
class TlsWireTest {
  private static final ListenOn LOOPBACK = new ListenOn.Address(IpAddress.of("127.0.0.1"), 0);

  /** The first bytes of a record that would hold a handshake message of 512 bytes. */
  private static final byte[] BEGINNING = {22, 3, 1, 2, 0, 1, 0};

  @TempDir private static Path folder;
  private static TestCertificate made;
  private static ServingCertificate certificate;

  private Optional<HttpLoop> loop = Optional.empty();

  @BeforeAll
  static void make() throws Exception {
    made = TestCertificate.ec("server");
    made.write(folder);
    certificate = ServingCertificate.open(folder.resolve("tls.crt"), folder.resolve("tls.key"));
  }

  @AfterAll
  static void forget() {
    certificate.close();
  }

  @AfterEach
  void close() {
    loop.ifPresent(HttpLoop::close);
  }

  private InetSocketAddress serve(HttpLoop.Limits limits, HttpHandler handler) throws IOException {
    HttpLoop started = HttpLoop.start("test", InstantSource.system(), limits);
    loop = Optional.of(started);
    return started
        .listen(LOOPBACK, new Served(handler, Optional.empty(), Optional.of(certificate)))
        .address();
  }

  private InetSocketAddress serve() throws IOException {
    return serve(HttpLoop.Limits.DEFAULT, TlsWireTest::echo);
  }

  private static Optional<HttpAnswer> echo(HttpRequest request) {
    return Optional.of(HttpAnswer.text(200, request.method() + " " + request.path()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void answersAndSaysGoodbye(String version) throws Exception {
    String large = "x".repeat(3_000_000);
    InetSocketAddress address =
        serve(HttpLoop.Limits.DEFAULT, request -> Optional.of(HttpAnswer.text(200, large)));
    for (int i = 0; i < 3; i++) {
      try (SSLSocket socket = made.connect(address)) {
        socket.setEnabledProtocols(new String[] {version});
        // An end without close_notify would be an exception.
        assertThat(HttpLoopTest.ask(socket, "GET /a HTTP/1.1\r\n\r\n"))
            .startsWith("HTTP/1.1 200 OK\r\n")
            .endsWith("\r\n\r\n" + large);
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      }
    }
  }

  @Test
  void olderVersionsAreNotSpoken() throws Exception {
    try (Socket socket = HttpLoopTest.connect(serve())) {
      // A ClientHello of TLS 1.0 (RFC 2246): one suite, nothing else.
      byte[] hello = new byte[4 + 2 + 32 + 1 + 4 + 2];
      hello[0] = 1;
      hello[3] = (byte) (hello.length - 4);
      hello[4] = 3;
      hello[5] = 1;
      hello[40] = 2;
      hello[42] = 0x2f;
      hello[43] = 1;
      socket.getOutputStream().write(new byte[] {22, 3, 1, 0, (byte) hello.length});
      socket.getOutputStream().write(hello);
      // A fatal alert (21, 2), protocol_version (70).
      byte[] alert = socket.getInputStream().readNBytes(7);
      assertThat(alert[0]).isEqualTo((byte) 21);
      assertThat(alert).endsWith(new byte[] {2, 70});
      assertThat(HttpLoopTest.isEnded(socket)).isTrue();
    }
  }

  /** As a probe without {@code scheme: HTTPS} does. */
  @Test
  void plainHttpIsToldWhatToDo() throws IOException {
    try (Socket socket = HttpLoopTest.connect(serve())) {
      assertThat(HttpLoopTest.ask(socket, "GET /livez HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ")
          .endsWith("this port speaks HTTPS: ask https://, probes with scheme HTTPS\n");
    }
  }

  @Test
  void whatIsNoTlsAtAllEndsTheConnection() throws IOException {
    try (Socket socket = HttpLoopTest.connect(serve())) {
      socket.getOutputStream().write(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
      socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void aHandshakeThatDoesNotComeToItsEndIsDropped() throws IOException {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(8, Duration.ofMillis(50)), TlsWireTest::echo);
    try (Socket silent = HttpLoopTest.connect(address);
        Socket begun = HttpLoopTest.connect(address)) {
      assertThat(HttpLoopTest.isEnded(begun, BEGINNING)).isTrue();
      assertThat(HttpLoopTest.isEnded(silent)).isTrue();
    }
  }

  @Test
  void whoSaysNothingAfterTheHandshakeIsDropped() throws Exception {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(8, Duration.ofMillis(500)), TlsWireTest::echo);
    try (SSLSocket socket = made.connect(address)) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getInputStream().readAllBytes();
              })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    }
  }

  @Test
  void theOldestOfTooManyMakesRoom() throws Exception {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(2, Duration.ofSeconds(60)), TlsWireTest::echo);
    try (Socket first = HttpLoopTest.connect(address)) {
      first.getOutputStream().write(BEGINNING);
      try (SSLSocket second = made.connect(address);
          SSLSocket third = made.connect(address)) {
        assertThat(HttpLoopTest.isEnded(first)).isTrue();
        assertThat(HttpLoopTest.ask(second, "GET /2 HTTP/1.1\r\n\r\n")).endsWith("GET /2");
        assertThat(HttpLoopTest.ask(third, "GET /3 HTTP/1.1\r\n\r\n")).endsWith("GET /3");
      }
    }
  }

  @Test
  void aHeadWithoutEndIsRefused() throws Exception {
    try (SSLSocket socket = made.connect(serve())) {
      String header = "X: " + "y".repeat(Connection.MAX_HEAD);
      assertThat(HttpLoopTest.ask(socket, "GET / HTTP/1.1\r\n" + header))
          .startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void aBodyIsReadPastAndDoesNotCostTheAnswer() throws Exception {
    try (SSLSocket socket = made.connect(serve())) {
      String body = "x".repeat(40_000);
      assertThat(
              HttpLoopTest.ask(socket, "POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n" + body))
          .endsWith("POST /");
    }
  }

  /** Each costs a signature. */
  @Test
  void aSecondHandshakeIsRefused() throws Exception {
    try (SSLSocket socket = made.connect(serve())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      socket.getSession().invalidate();
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                HttpLoopTest.ask(socket, "GET / HTTP/1.1\r\n\r\n");
              })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    }
  }

  /** A short head in many small records: each costs thirty times as much as it brings. */
  @Test
  void whoSendsTooMuchIsDropped() throws Exception {
    InetSocketAddress address =
        serve(new HttpLoop.Limits(8, Duration.ofSeconds(60)), TlsWireTest::echo);
    try (SSLSocket socket = made.connect(address)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 6000; i++) {
                  socket.getOutputStream().write('x');
                }
                socket.getInputStream().readAllBytes();
              })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    }
  }

  @Test
  void theNextConnectionGetsARenewedCertificate() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    made.write(own);
    TestCertificate renewed = TestCertificate.ec("renewed");
    try (ServingCertificate serving =
            ServingCertificate.open(own.resolve("tls.crt"), own.resolve("tls.key"));
        HttpLoop started =
            HttpLoop.start("test", InstantSource.system(), HttpLoop.Limits.DEFAULT)) {
      InetSocketAddress address =
          started
              .listen(
                  LOOPBACK, new Served(TlsWireTest::echo, Optional.empty(), Optional.of(serving)))
              .address();
      try (SSLSocket before = made.connect(address)) {
        before.startHandshake();
        renewed.write(own);
        assertThat(awaitTrust(renewed, address)).endsWith("GET /new");
        // A connection keeps what it began with.
        assertThat(HttpLoopTest.ask(before, "GET /old HTTP/1.1\r\n\r\n")).endsWith("GET /old");
      }
    }
  }

  private static String awaitTrust(TestCertificate trusted, InetSocketAddress address)
      throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try (SSLSocket socket = trusted.connect(address)) {
        return HttpLoopTest.ask(socket, "GET /new HTTP/1.1\r\n\r\n");
      } catch (SSLException notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
      }
    }
  }
}
