package io.pointsman.agent.http;

import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What there is on a listening socket.
 *
 * @param handler answers
 * @param guard decides who is answered; empty when everybody is
 * @param tls asked at each connection, on the thread that serves; empty for plain HTTP
 */
public record Served(
    HttpHandler handler,
    Optional<? extends Guard> guard,
    Optional<? extends Supplier<SSLContext>> tls) {
  /** To everybody, by plain HTTP. */
  public static Served plain(HttpHandler handler) {
    return new Served(handler, Optional.empty(), Optional.empty());
  }

  Wire wire(SocketChannel client) {
    return tls.isEmpty() ? new Wire(client) : new TlsWire(client, tls.get().get());
  }
}
