package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.pointsman.apiserver.ApiRequest;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.Backup;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.apiserver.Refusal;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.ServiceGone;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that forgets, goes back in time, fails or stalls: nothing is lost for long. */
class ApiServerFaultTest {
  private final Heard heard = new Heard();
  private final ApiServer server = ApiServer.start();
  private final ApiClient api = ApiClient.ofUrl(server.url());
  private final ApiServerSource source = new ApiServerSource(api, "n1", new Random(1));

  @BeforeEach
  void serve() {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
        """);
  }

  @AfterEach
  void stop() {
    source.close();
    api.close();
    server.close();
  }

  private void put(String name, String ip) {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "%s"},
         "spec": {"clusterIP": "%s", "ports": [{"port": 80}]}}
        """
            .formatted(name, ip));
  }

  private void delete(String name) {
    assertThat(server.delete(ObjectRef.service("shop", name))).isPresent();
  }

  private static Predicate<Object> set(String name, String ip) {
    return event ->
        event instanceof ServiceSet(var service)
            && service.name().equals(new ObjectName("shop", name))
            && service.clusterIps().contains(ip);
  }

  private static Predicate<Object> gone(String name) {
    return event -> event.equals(new ServiceGone(new ObjectName("shop", name)));
  }

  private void hear(Predicate<Object> event) {
    heard.all(List.of(event));
  }

  private void startAndHearOfAChange() {
    source.start(heard);
    heard.next(Heard.Synced.class);
    put("web", "10.0.0.2");
    hear(set("web", "10.0.0.2"));
  }

  @Test
  void aVersionThatTheServerForgotLeadsToANewList() {
    put("web", "10.0.0.1");
    put("leaves", "10.0.0.5");
    startAndHearOfAChange();
    server.stallWatches();
    put("web", "10.0.0.3");
    put("comes", "10.0.0.4");
    delete("leaves");
    server.compact();
    server.cutConnections();
    server.heal();
    heard.all(List.of(set("web", "10.0.0.3"), set("comes", "10.0.0.4"), gone("leaves")));
    put("web", "10.0.0.6");
    hear(set("web", "10.0.0.6"));
  }

  /** Pauses that grow, and yet are short; long ones once the server answers. */
  private static final class ShortUntil implements RandomGenerator {
    private volatile boolean answered;

    @Override
    public long nextLong() {
      return Long.MAX_VALUE;
    }

    /** The list at leisure comes late. */
    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }

    @Override
    public double nextDouble() {
      return answered ? 1 : -0.4999;
    }
  }

  /** The pauses have grown to half a minute; the one before the list would be longer still. */
  @Test
  void aVersionForgottenInALongOutageDoesNotCostAnotherPause() {
    put("web", "10.0.0.1");
    ShortUntil random = new ShortUntil();
    try (ApiServerSource patient = new ApiServerSource(api, "n1", random)) {
      patient.start(heard);
      heard.next(Heard.Synced.class);
      put("web", "10.0.0.2");
      hear(set("web", "10.0.0.2"));
      AtomicInteger asked = new AtomicInteger();
      AtomicBoolean back = new AtomicBoolean();
      server.refuse(
          request -> {
            boolean away =
                request.is("watch", "services") && (asked.incrementAndGet() <= 12 || !back.get());
            random.answered |= asked.get() > 12 && !away;
            return away;
          },
          Long.MAX_VALUE,
          Refusal.of(503));
      server.cutConnections();
      put("web", "10.0.0.3");
      server.compact();
      back.set(true);
      hear(set("web", "10.0.0.3"));
      assertThat(asked).hasValueGreaterThan(12);
    }
  }

  @Test
  void aWatchThatIsCutIsResumedWithoutANewList() {
    put("web", "10.0.0.1");
    startAndHearOfAChange();
    server.refuse(request -> request.is("list", "services"), Long.MAX_VALUE, Refusal.of(500));
    server.cutConnections();
    put("comes", "10.0.0.4");
    hear(set("comes", "10.0.0.4"));
  }

  @Test
  void aRestoredBackupIsListedAnew() throws InterruptedException {
    put("web", "10.0.0.1");
    Backup backup = server.backup();
    put("web", "10.0.0.7");
    put("late", "10.0.0.8");
    source.start(heard);
    heard.next(Heard.Synced.class);
    assertThat(server.awaitWatch(ObjectRef.service("shop", "web"), Duration.ofSeconds(30)))
        .isTrue();
    server.restore(backup);
    heard.all(List.of(set("web", "10.0.0.1"), gone("late")));
    put("web", "10.0.0.9");
    hear(set("web", "10.0.0.9"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void listsThatFailAreTriedAgainAndTold(int code) {
    put("web", "10.0.0.1");
    Refusal refusal =
        code == 429 ? Refusal.tooManyRequests(Duration.ofSeconds(1)) : Refusal.of(code);
    server.refuse(request -> request.is("list", "services"), 2, refusal);
    source.start(heard);
    assertThat(heard.next(Heard.Failing.class).message())
        .startsWith("the API server at " + server.url() + " answers " + code)
        .contains(" to list services (")
        .endsWith("; retrying");
    heard.all(
        List.of(
            set("web", "10.0.0.1"),
            Heard.Synced.class::isInstance,
            Heard.Recovered.class::isInstance));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void watchesThatFailAreTriedAgainAndTold(int code) {
    server.refuse(request -> request.is("watch", "services"), 1, Refusal.of(code));
    source.start(heard);
    assertThat(heard.next(Heard.Failing.class).message())
        .contains("answers " + code + " to watch services (");
    heard.next(Heard.Recovered.class);
    put("web", "10.0.0.1");
    hear(set("web", "10.0.0.1"));
  }

  @Test
  void aStalledWatchLosesNothingOnceItMoves() throws InterruptedException {
    put("web", "10.0.0.1");
    startAndHearOfAChange();
    server.stallWatches();
    put("web", "10.0.0.3");
    CountDownLatch reopened = new CountDownLatch(1);
    server.refuse(onlySeen(reopened), 1, Refusal.of(500));
    server.cutConnections();
    assertThat(reopened.await(30, TimeUnit.SECONDS)).isTrue();
    server.heal();
    hear(set("web", "10.0.0.3"));
  }

  private static final Patience IMPATIENT =
      new Patience(
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofSeconds(1));

  /**
   * A connection that lives and a server behind it that does not: found out without an end of it,
   * and without lists.
   */
  @Test
  void aServerThatTakesWatchesAndFallsSilentIsToldOf() throws InterruptedException {
    put("web", "10.0.0.1");
    try (ApiServerSource impatient = new ApiServerSource(api, "n1", new Random(1), IMPATIENT)) {
      impatient.start(heard);
      heard.next(Heard.Synced.class);
      AtomicInteger lists = new AtomicInteger();
      server.stallWatches();
      put("web", "10.0.0.2");
      server.refuse(counting(lists, "services"), 1, Refusal.of(500));
      assertThat(heard.next(Heard.Failing.class).message())
          .startsWith("the API server at " + server.url() + " takes watches of ")
          .contains("says nothing on them");
      heard.unseen(resources -> resources.contains("services"));
      assertThat(lists).hasValue(0);
      server.heal();
      heard.all(List.of(set("web", "10.0.0.2"), Heard.Recovered.class::isInstance));
      heard.unseen(Set::isEmpty);
    }
  }

  /** An idle server without bookmarks: it ends the short watches, and so it lives. */
  @Test
  void aServerThatHasNothingToSayIsNotToldOf() throws InterruptedException {
    CountDownLatch resumed = new CountDownLatch(5);
    server.refuse(onlySeen(resumed), 1, Refusal.of(500));
    try (ApiServerSource impatient = new ApiServerSource(api, "n1", new Random(1), IMPATIENT)) {
      impatient.start(heard);
      assertThat(resumed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(heard.rest()).noneMatch(Heard.Failing.class::isInstance);
    }
  }

  /** All nodes at once would otherwise ask a server that has just come back for all it has. */
  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void afterAnOutageEachWatchGoesOnWhereItWas(int code) {
    put("web", "10.0.0.1");
    put("leaves", "10.0.0.5");
    startAndHearOfAChange();
    AtomicInteger lists = new AtomicInteger();
    for (String plural : List.of("services", "endpointslices", "nodes", "servicecidrs")) {
      server.refuse(counting(lists, plural), 1, Refusal.of(500));
    }
    server.refuse(request -> true, Long.MAX_VALUE, Refusal.of(code));
    server.cutConnections();
    heard.next(Heard.Failing.class);
    heard.unseen(resources -> resources.contains("services"));
    delete("leaves");
    put("comes", "10.0.0.4");
    server.heal();
    for (String plural : List.of("services", "endpointslices", "nodes", "servicecidrs")) {
      server.refuse(counting(lists, plural), 1, Refusal.of(500));
    }
    heard.all(List.of(gone("leaves"), set("comes", "10.0.0.4"), Heard.Recovered.class::isInstance));
    heard.unseen(Set::isEmpty);
    assertThat(lists).hasValue(0);
  }

  /**
   * Restored, and then changed as often as before: the version is the same and the objects are not.
   * No watch tells of it.
   */
  @Test
  void anotherHistoryOfTheSameLengthIsFoundOutInTheEnd() {
    put("web", "10.0.0.1");
    put("leaves", "10.0.0.5");
    try (ApiServerSource impatient = new ApiServerSource(api, "n1", new Random(1), IMPATIENT)) {
      impatient.start(heard);
      heard.next(Heard.Synced.class);
      int port = server.port();
      server.close();
      heard.next(Heard.Failing.class);
      try (ApiServer other = ApiServer.start(ApiServer.Options.defaults().withPort(port))) {
        // None is answered before it is at the old version or later.
        other.refuse(request -> true, Long.MAX_VALUE, Refusal.of(503));
        for (int i = 0; i < 10; i++) {
          other.put(
              """
              {"apiVersion": "v1", "kind": "Service",
               "metadata": {"namespace": "shop", "name": "web"},
               "spec": {"clusterIP": "10.0.0.%d", "ports": [{"port": 80}]}}
              """
                  .formatted(100 + i));
        }
        other.put(
            """
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
            """);
        other.heal();
        heard.all(List.of(set("web", "10.0.0.109"), gone("leaves")));
      }
    }
  }

  /** A bookmark is all that a watch of a quiet kind brings; the version before it is forgotten. */
  @Test
  void aBookmarkIsWhereAWatchGoesOn() throws InterruptedException {
    put("web", "10.0.0.1");
    startAndHearOfAChange();
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n2"}}
        """);
    server.sendBookmarks();
    // The bookmark has been sent before what comes after it on the same watch.
    put("web", "10.0.0.3");
    hear(set("web", "10.0.0.3"));
    server.sendBookmarks();
    server.compact();
    AtomicInteger lists = new AtomicInteger();
    server.refuse(counting(lists, "services"), 1, Refusal.of(500));
    server.cutConnections();
    put("web", "10.0.0.4");
    hear(set("web", "10.0.0.4"));
    assertThat(lists).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "watch"})
  void aServerThatAsksToWaitIsLeftAloneForSoLong(String verb) {
    Predicate<ApiRequest> asks =
        request -> request.is(verb, "services") && !"1".equals(request.query().get("limit"));
    List<Long> asked = new CopyOnWriteArrayList<>();
    Predicate<ApiRequest> noting =
        request -> {
          if (asks.test(request)) {
            asked.add(System.nanoTime());
          }
          return false;
        };
    server.refuse(noting, 1, Refusal.of(500));
    server.refuse(asks, 1, Refusal.tooManyRequests(Duration.ofSeconds(2)));
    source.start(heard);
    assertThat(heard.next(Heard.Failing.class).message())
        .contains("answers 429 to " + verb + " services (")
        .endsWith("waiting the 2 s that it asks for; retrying");
    heard.next(Heard.Recovered.class);
    assertThat(Duration.ofNanos(asked.get(1) - asked.get(0)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  /** One page of a list; asking for a single object only serves to learn the server's version. */
  private static Predicate<ApiRequest> counting(AtomicInteger lists, String plural) {
    return request -> {
      if (request.is("list", plural) && !"1".equals(request.query().get("limit"))) {
        lists.incrementAndGet();
      }
      return false;
    };
  }

  private static Predicate<ApiRequest> onlySeen(CountDownLatch latch) {
    return request -> {
      if (request.is("watch", "services")) {
        latch.countDown();
      }
      return false;
    };
  }

  /** fabric8's own watches ask for a web socket first; others may use the server with them. */
  @Test
  void aClientThatAsksForAWebSocketGetsAPlainWatch() throws Exception {
    BlockingQueue<String> names = new LinkedBlockingQueue<>();
    Watcher<Service> watcher =
        new Watcher<>() {
          @Override
          public void eventReceived(Action action, Service service) {
            names.add(service.getMetadata().getName());
          }

          @Override
          public void onClose(WatcherException cause) {
            names.add(cause.toString());
          }
        };
    try (KubernetesClient client = TypedClient.to(server.url());
        Watch _ = client.services().inAnyNamespace().watch(watcher)) {
      put("web", "10.0.0.1");
      assertThat(names.poll(30, TimeUnit.SECONDS)).isEqualTo("web");
    }
  }
}
