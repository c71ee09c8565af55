package io.pointsman.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches: each change once, in order, from any version that is known, however they end. */
class WatchTest {
  private static final String SERVICES = "/api/v1/services?watch=true";

  private final ApiServer server = ApiServer.start(ApiServer.Options.defaults().withHistory(1_000));
  private final Client client = new Client(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private long put(String name, String ip) {
    return server.put(ApiServerTest.service(name, ip, ""));
  }

  private static void expired(JsonNode event) {
    assertThat(event.path("type").asText()).isEqualTo("ERROR");
    assertThat(event.path("object").path("kind").asText()).isEqualTo("Status");
    assertThat(event.path("object").path("code").asInt()).isEqualTo(410);
    assertThat(event.path("object").path("reason").asText()).isEqualTo("Expired");
  }

  @Test
  void changesFollowAVersion() throws Exception {
    long one = put("web", "10.0.0.1");
    long two = put("web", "10.0.0.2");
    Client.Events events = client.watch(SERVICES + "&resourceVersion=" + one);
    assertThat(events.nextLine()).isEqualTo("MODIFIED web " + two);
    long three = server.delete(ObjectRef.service("shop", "web")).orElseThrow();
    JsonNode gone = events.next();
    assertThat(gone.path("type").asText()).isEqualTo("DELETED");
    assertThat(gone.at("/object/metadata/resourceVersion").asLong()).isEqualTo(three);
    assertThat(gone.at("/object/spec/clusterIP").asText()).isEqualTo("10.0.0.2");
    assertThat(gone.at("/object/kind").asText()).isEqualTo("Service");
  }

  @Test
  void withoutAVersionTheObjectsComeFirst() throws Exception {
    long a = put("a", "10.0.0.1");
    long b = put("b", "10.0.0.2");
    Client.Events events = client.watch(SERVICES + "&resourceVersion=0");
    assertThat(events.nextLine()).isEqualTo("ADDED a " + a);
    assertThat(events.nextLine()).isEqualTo("ADDED b " + b);
    long c = put("c", "10.0.0.3");
    assertThat(events.nextLine()).isEqualTo("ADDED c " + c);
  }

  @Test
  void bookmarksTellTheVersion() throws Exception {
    long a = put("a", "10.0.0.1");
    Client.Events events =
        client.watch(
            SERVICES
                + "&allowWatchBookmarks=true&sendInitialEvents=true"
                + "&resourceVersionMatch=NotOlderThan");
    assertThat(events.nextLine()).isEqualTo("ADDED a " + a);
    JsonNode end = events.next();
    assertThat(end.path("type").asText()).isEqualTo("BOOKMARK");
    assertThat(end.at("/object/metadata/annotations/k8s.io~1initial-events-end").asText())
        .isEqualTo("true");
    long node =
        server.put("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}");
    server.sendBookmarks();
    assertThat(events.nextLine()).isEqualTo("BOOKMARK  " + node);
  }

  @Test
  void aWatchEndsAfterItsTimeWithABookmark() throws Exception {
    long a = put("a", "10.0.0.1");
    Client.Events events =
        client.watch(SERVICES + "&allowWatchBookmarks=1&timeoutSeconds=1&resourceVersion=" + a);
    assertThat(events.nextLine()).isEqualTo("BOOKMARK  " + a);
    assertThat(events.nextOrEnd()).isEmpty();
    // The client may hear of the end a little earlier than the server has forgotten the watch.
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (server.watches("services") > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(server.watches("services")).isZero();
  }

  @Test
  void objectsThatEnterOrLeaveASelectionComeAndGo() throws Exception {
    Client.Events events = client.watch(SERVICES + "&labelSelector=!hidden&resourceVersion=1");
    put("web", "10.0.0.1");
    assertThat(events.nextLine()).startsWith("ADDED web");
    server.put(ApiServerTest.service("web", "10.0.0.1", "\"hidden\": \"\""));
    JsonNode left = events.next();
    assertThat(left.path("type").asText()).isEqualTo("DELETED");
    assertThat(left.at("/object/metadata/labels").isEmpty()).isTrue();
    assertThat(left.at("/object/metadata/resourceVersion").asLong()).isEqualTo(server.version());
    put("web", "10.0.0.1");
    assertThat(events.nextLine()).startsWith("ADDED web");
  }

  @Test
  void compactedAndForgottenVersionsAreGone() throws Exception {
    long one = put("web", "10.0.0.1");
    Client.Events running = client.watch(SERVICES + "&resourceVersion=" + one);
    long two = put("web", "10.0.0.2");
    server.compact();
    expired(client.watch(SERVICES + "&resourceVersion=" + one).next());
    assertThat(running.nextLine()).isEqualTo("MODIFIED web " + two);
    Client.Events resumed = client.watch(SERVICES + "&resourceVersion=" + two);
    long three = put("web", "10.0.0.3");
    assertThat(resumed.nextLine()).isEqualTo("MODIFIED web " + three);
    for (int i = 0; i < 2_001; i++) {
      put("web", "10.0.1." + i);
    }
    expired(client.watch(SERVICES + "&resourceVersion=" + two).next());
  }

  @Test
  void aRestoredBackupTakesVersionsBack() throws Exception {
    put("old", "10.0.0.1");
    Backup backup = server.backup();
    long later = put("new", "10.0.0.2");
    Client.Events events = client.watch(SERVICES + "&resourceVersion=" + later);
    server.restore(backup);
    assertThat(events.nextOrEnd()).isEmpty();
    assertThat(server.version()).isEqualTo(backup.version());
    assertThat(server.get(ObjectRef.service("shop", "new"))).isEmpty();
    Client.Events early = client.watch(SERVICES + "&resourceVersion=" + later);
    assertThat(put("hidden", "10.0.0.3")).isEqualTo(later);
    long seen = put("seen", "10.0.0.4");
    assertThat(early.nextLine()).isEqualTo("ADDED seen " + seen);
  }

  @Test
  void stalledWatchesGetLaterWhatTheyMissed() throws Exception {
    Client.Events events = client.watch(SERVICES + "&resourceVersion=1");
    server.stallWatches();
    long one = put("web", "10.0.0.1");
    Client.Events other = client.watch(SERVICES + "&resourceVersion=1");
    server.heal();
    assertThat(events.nextLine()).isEqualTo("ADDED web " + one);
    assertThat(other.nextLine()).isEqualTo("ADDED web " + one);
  }

  @Test
  void aWatchThatDoesNotReadIsCutAndHoldsUpNobody() throws Exception {
    try (ApiServer brief = ApiServer.start(ApiServer.Options.defaults().withHistory(100));
        Client keen = new Client(brief);
        Socket lazy = new Socket(InetAddress.getLoopbackAddress(), brief.port())) {
      lazy.getOutputStream()
          .write(
              ("GET " + SERVICES + "&resourceVersion=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(lazy.getInputStream().read()).isEqualTo('H');
      Client.Events events = keen.watch(SERVICES + "&resourceVersion=1");
      String large = "\"note\": \"" + "x".repeat(100_000) + "\"";
      int changes = 0;
      while (brief.watches("services") == 2 && changes < 1_000) {
        brief.put(ApiServerTest.service("web", "10.0.0." + changes++, large));
        assertThat(events.nextLine()).endsWith("web " + brief.version());
      }
      assertThat(changes).isBetween(200, 999);
      InputStream cut = lazy.getInputStream();
      assertThat(cut.transferTo(OutputStream.nullOutputStream())).isLessThan(changes * 100_000L);
    }
  }

  @Test
  @Timeout(60)
  void closingUnderLoadIsQuietAndFreesThePort() throws Exception {
    int port = server.port();
    List<Client.Events> watches = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      watches.add(client.watch(SERVICES + "&resourceVersion=1"));
    }
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 20_000; i++) {
                put("web", "10.0.0." + i);
              }
            });
    watches.getFirst().next();
    server.stallWatches();
    server.close();
    server.close();
    for (Client.Events watch : watches) {
      while (watch.nextOrEnd().isPresent()) {}
    }
    assertThat(server.watches("services")).isZero();
    writer.join();
    try (ApiServer next = ApiServer.start(ApiServer.Options.defaults().withPort(port))) {
      next.restore(server.backup());
      assertThat(next.get(ObjectRef.service("shop", "web"))).isPresent();
    }
  }
}
