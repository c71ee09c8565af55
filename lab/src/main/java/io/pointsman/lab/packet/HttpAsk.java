package io.pointsman.lab.packet;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One HTTP request from inside a namespace. Written on a plain socket in HTTP/1.0, for the JDK's
 * clients share connections and threads between namespaces.
 */
public final class HttpAsk {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** What came of a request: a reply, or the word for a failure in the spelling of outcomes. */
  public sealed interface Result {
    record Replied(HttpReply reply) implements Result {}

    record Failed(Outcome outcome) implements Result {}
  }

  private HttpAsk() {}

  /**
   * Sends the request and reads the whole answer.
   *
   * @param method such as {@code GET}
   * @param url with an address as its host, for nothing is resolved
   */
  public static Result send(NetworkNamespace from, String method, URI url) {
    return send(from, method, url, PATIENCE);
  }

  /**
   * The same.
   *
   * @param patience how long to wait for the connection, and again for the answer
   */
  public static Result send(NetworkNamespace from, String method, URI url, Duration patience) {
    return Inside.call(from, () -> sendHere(method, url, (int) patience.toMillis()));
  }

  private static Result sendHere(String method, URI url, int patience) {
    String host = url.getHost();
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(patience);
      socket.connect(
          new InetSocketAddress(
              InetAddress.ofLiteral(literal), url.getPort() < 0 ? 80 : url.getPort()),
          patience);
      String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
      String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
      String request =
          method + " " + path + query + " HTTP/1.0\r\nHost: " + url.getRawAuthority() + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Optional<HttpReply> reply = HttpReply.parse(text);
      return reply.isPresent()
          ? new Result.Replied(reply.orElseThrow())
          : new Result.Failed(new Outcome.Reset());
    } catch (ConnectException refused) {
      return new Result.Failed(new Outcome.Refused());
    } catch (SocketTimeoutException silent) {
      return new Result.Failed(new Outcome.TimedOut());
    } catch (IOException broken) {
      return new Result.Failed(new Outcome.Reset());
    }
  }
}
