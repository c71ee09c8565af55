package io.pointsman.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.http.HttpLoop;
import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthCheckServersTest {
  private static final FamilyPlan NOTHING =
      FamilyPlan.empty(Reports.context(IpFamily.IPV4, "127.0.0.1"));

  private HttpLoop loop;
  private HealthCheckServers servers;

  @BeforeEach
  void start() throws IOException {
    loop = HttpLoop.start("test", InstantSource.system(), HttpLoop.Limits.DEFAULT);
    servers = new HealthCheckServers(loop, () -> true, (service, port, problem) -> {});
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private static ServerSocket occupied() throws IOException {
    return new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = occupied()) {
      return socket.getLocalPort();
    }
  }

  private static String ask(int port) throws IOException {
    return ask("127.0.0.1", port);
  }

  private static String ask(String address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(20_000);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 20_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void opensWithTheFirstCommitAndClosesWithTheService() throws IOException {
    int port = freePort();
    FamilyPlan plan = Reports.with(NOTHING, "hc", port, 1);
    servers.accept(Reports.of(plan, new CommitResult.Unknown("scripted")));
    assertThatThrownBy(() -> ask(port)).isInstanceOf(ConnectException.class);
    servers.accept(Reports.committed(plan));
    assertThat(ask(port)).startsWith("HTTP/1.1 200 ");
    servers.accept(Reports.committed(Reports.with(plan, "hc", port, 0)));
    assertThat(ask(port)).startsWith("HTTP/1.1 503 ");
    servers.accept(Reports.committed(NOTHING));
    assertThatThrownBy(() -> ask(port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void aPortThatIsTakenIsOpenedByALaterSync() throws IOException {
    int port;
    try (ServerSocket rival = occupied()) {
      port = rival.getLocalPort();
      servers.accept(Reports.committed(Reports.with(NOTHING, "hc", port, 1)));
    }
    servers.accept(Reports.committed(Reports.with(NOTHING, "hc", port, 1)));
    assertThat(ask(port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aServiceThatTakesAnotherPortLeavesItsOld() throws IOException {
    int first = freePort();
    servers.accept(Reports.committed(Reports.with(NOTHING, "hc", first, 1)));
    int second = freePort();
    servers.accept(Reports.committed(Reports.with(NOTHING, "hc", second, 1)));
    assertThat(ask(second)).startsWith("HTTP/1.1 200 ");
    assertThatThrownBy(() -> ask(first)).isInstanceOf(ConnectException.class);
  }

  /** As a process that is being started holds the port that has just been closed. */
  @Test
  void waitsForAMomentUntilAPortIsLetGo() throws Exception {
    int port = freePort();
    servers.accept(Reports.committed(Reports.with(NOTHING, "hc", port, 1)));
    FamilyPlan elsewhere = FamilyPlan.empty(Reports.context(IpFamily.IPV4, "127.0.0.2"));
    ServerSocket holder = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.2"));
    Thread lettingGo = Thread.ofPlatform().start(() -> letGoWhenClosed(port, holder));
    servers.accept(Reports.committed(Reports.with(elsewhere, "hc", port, 1)));
    lettingGo.join();
    assertThat(ask("127.0.0.2", port)).startsWith("HTTP/1.1 200 ");
  }

  private static void letGoWhenClosed(int port, ServerSocket holder) {
    try (holder) {
      while (ask(port).startsWith("HTTP")) {
        Thread.onSpinWait();
      }
    } catch (IOException closed) {
      // Now the other socket is wanted.
    }
  }
}
