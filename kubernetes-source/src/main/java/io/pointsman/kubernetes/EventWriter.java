package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to the API server, one after the other, on a thread of its own that the first event
 * starts. What finds no room in the queue, is refused, or cannot be written in a dozen attempts is
 * given up and counted.
 */
final class EventWriter implements EventSink, AutoCloseable {
  private static final String PATH = "/apis/events.k8s.io/v1/namespaces/";
  private static final int ROOM = 200;
  private static final int ATTEMPTS = 12;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How long the last events may take when the proxy ends. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final ApiClient api;
  private final String node;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(ROOM);
  private final EventLedger ledger = new EventLedger();
  private final AtomicLong lost = new AtomicLong();
  private volatile Optional<ClusterSource.Listener> listener = Optional.empty();
  private volatile boolean closing;
  private @Nullable Thread thread;
  private int toldCode;

  private record Happening(ApiEvent event, Instant at) {}

  /**
   * @param node that reports
   */
  EventWriter(ApiClient api, String node, InstantSource clock, RandomGenerator random) {
    this.api = api;
    this.node = node;
    this.clock = clock;
    this.random = random;
  }

  /** From now on this listener hears of requests and of refusals. */
  void tell(ClusterSource.Listener told) {
    listener = Optional.of(told);
  }

  @Override
  public void report(ApiEvent event) {
    start();
    if (!queue.offer(new Happening(event, clock.instant()))) {
      lost.incrementAndGet();
    }
  }

  @Override
  public long lost() {
    return lost.get();
  }

  private synchronized void start() {
    if (thread == null && !closing) {
      thread = Thread.ofPlatform().daemon().name("events").start(this::run);
    }
  }

  private void run() {
    ApiRequests requests =
        new ApiRequests(api, exchange -> listener.ifPresent(told -> told.exchanged(exchange)));
    try {
      while (!closing || !queue.isEmpty()) {
        Happening next = queue.take();
        write(requests, next);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(ApiRequests requests, Happening next) throws InterruptedException {
    Optional<EventLedger.Write> due = ledger.happened(next.event(), next.at());
    Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    for (int attempt = 1; due.isPresent(); attempt++) {
      try {
        send(requests, due.get());
        return;
      } catch (KubernetesClientException failure) {
        int code = failure.getCode();
        if (code == 404 && due.get() instanceof EventLedger.Write.Count) {
          // Servers forget events after an hour.
          ledger.forget(next.event());
          due = ledger.happened(next.event(), next.at());
        } else if (attempt == ATTEMPTS || !(code <= 0 || code == 429 || code >= 500)) {
          giveUp(next.event(), failure);
          return;
        }
        pause(failure, backoff);
      }
    }
  }

  private static void pause(KubernetesClientException failure, Backoff backoff)
      throws InterruptedException {
    Thread.sleep(
        failure instanceof RefusedException refused
            ? backoff.atLeast(refused.retryAfter())
            : backoff.next());
  }

  private void send(ApiRequests requests, EventLedger.Write write) throws InterruptedException {
    String path = PATH + EventJson.namespace(write.event().regarding()) + "/events";
    switch (write) {
      case EventLedger.Write.Create create ->
          requests.send("POST", path, "application/json", EventJson.created(create, node), LIMIT);
      case EventLedger.Write.Count count ->
          requests.send(
              "PATCH",
              path + "/" + count.name(),
              "application/merge-patch+json",
              EventJson.counted(count),
              LIMIT);
    }
  }

  /** The next one of the kind begins anew, should it find a server that takes it. */
  private void giveUp(ApiEvent event, KubernetesClientException failure) {
    ledger.forget(event);
    lost.incrementAndGet();
    // A server that is away is told of by who follows it.
    if (failure.getCode() > 0 && failure.getCode() != toldCode) {
      toldCode = failure.getCode();
      String message = ApiTrouble.ofEvents(api.url(), failure);
      listener.ifPresent(told -> told.eventsRefused(message));
    }
  }

  /** Lets the last events go, for a moment. */
  @Override
  public void close() {
    @Nullable Thread writing;
    synchronized (this) {
      closing = true;
      writing = thread;
    }
    if (writing == null) {
      return;
    }
    try {
      writing.join(queue.isEmpty() ? Duration.ofMillis(1) : CLOSING);
      writing.interrupt();
      writing.join(CLOSING);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
