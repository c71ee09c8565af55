package io.pointsman.lab.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pointsman.lab.LabException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An HTTP server that answers each request with its pod's name, what was asked for, and the address
 * that it saw. One thread a port.
 */
final class PodWeb implements PodServer {
  private static final int OK = 200;

  private final List<HttpServer> servers = new ArrayList<>();

  private PodWeb() {}

  /**
   * Listens on all addresses of a namespace.
   *
   * @param name what answers say
   * @throws LabException when a port is taken; nothing listens then
   */
  static PodWeb start(String name, NetworkNamespace namespace, Set<Integer> ports) {
    PodWeb web = new PodWeb();
    try {
      namespace.call(() -> {
        for (int port : ports) {
          HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
          server.createContext("/", exchange -> answer(name, exchange));
          server.start();
          web.servers.add(server);
        }
        return true;
      });
      return web;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      web.close();
      throw new LabException("interrupted while " + name + " starts", stop);
    } catch (Exception failed) {
      web.close();
      throw new LabException(
          name + " cannot listen on " + ports + ": " + failed.getMessage(), failed);
    }
  }

  private static void answer(String name, HttpExchange exchange) throws IOException {
    String text =
        "%s answers %s for %s\n"
            .formatted(
                name,
                exchange.getRequestURI(),
                exchange.getRemoteAddress().getAddress().getHostAddress());
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(OK, head ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (!head) {
        out.write(body);
      }
    }
    exchange.close();
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    servers.clear();
  }
}
