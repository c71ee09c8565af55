package io.pointsman.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * {@code /healthz} and {@code /livez} as load balancers and kubelets ask them: 200 when the last
 * sync of each family succeeded, else 503; a JSON object either way.
 */
final class HealthServer implements AutoCloseable {
  private record FamilyState(Instant lastUpdated, boolean healthy) {}

  private final HttpServer server;
  private final InstantSource clock;
  private final Map<IpFamily, FamilyState> states = new ConcurrentSkipListMap<>();

  private HealthServer(HttpServer server, InstantSource clock) {
    this.server = server;
    this.clock = clock;
  }

  /**
   * Starts to answer.
   *
   * @throws IOException when the address cannot be bound
   */
  static HealthServer start(InetSocketAddress address, InstantSource clock) throws IOException {
    HealthServer health = new HealthServer(HttpServer.create(address, 16), clock);
    health.server.createContext("/", health::answer);
    health.server.setExecutor(Runnable::run);
    health.server.start();
    return health;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  void accept(SyncReport report) {
    Instant now = clock.instant();
    states.compute(
        report.family(),
        (family, before) ->
            report.isComplete()
                ? new FamilyState(now, true)
                : new FamilyState(before == null ? Instant.EPOCH : before.lastUpdated(), false));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    try (exchange) {
      if (!path.equals("/healthz") && !path.equals("/livez")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      boolean healthy = states.values().stream().allMatch(FamilyState::healthy);
      byte[] body = json(healthy).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(healthy ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String json(boolean healthy) {
    Instant now = clock.instant();
    StringBuilder status = new StringBuilder();
    states.forEach((family, state) ->
        status
            .append(status.isEmpty() ? "" : ",")
            .append(
                "\"%s\":{\"lastUpdated\":\"%s\",\"healthy\":%s}"
                    .formatted(family, state.lastUpdated(), state.healthy())));
    Instant newest =
        healthy
            ? now
            : states.values().stream()
                .map(FamilyState::lastUpdated)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    return "{\"lastUpdated\":\"%s\",\"currentTime\":\"%s\",\"healthy\":%s%s}"
        .formatted(newest, now, healthy, status.isEmpty() ? "" : ",\"status\":{" + status + "}");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
