package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pointsman.kubernetes.Troubles.Trouble;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.io.InputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;

/**
 * Follows one kind of object: lists it, then watches from the list's version on.
 *
 * <p>A watch that ends after it brought something is resumed where it ended. One that brought
 * nothing, that cannot be opened, or whose version the server has forgotten (410 Gone) leads to a
 * new list; its difference to what was delivered before covers everything missed. Only names are
 * kept. One thread runs it.
 */
final class Reflector implements Runnable {
  /** Objects that are asked for at a time. */
  private static final int PAGE = 500;

  /** Within which a page must arrive. */
  private static final Duration PAGE_LIMIT = Duration.ofSeconds(30);

  /** The server ends a watch after this time, spread so that watches do not end in step. */
  private static final int SHORTEST_WATCH_SECONDS = 300;

  /**
   * A server sends bookmarks about once a minute to who asks for them (KEP-956). One that says
   * nothing for longer may be gone without its connection having ended: the watch is resumed, which
   * costs it next to nothing when it is not, and tells when it is.
   */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

  /** How much later than agreed the end may come before the connection counts as dead. */
  private static final int GRACE_SECONDS = 30;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often to look whether a resource that the server lacks has appeared. */
  private static final Duration ABSENT_PAUSE = Duration.ofMinutes(10);

  private static final int GONE = 410;

  private final String url;
  private final ApiRequests requests;
  private final WatchedKind kind;
  private final ClusterSource.Listener listener;
  private final Troubles troubles;
  private final Runnable onFirstList;
  private final RandomGenerator random;
  private final Duration silence;
  private final Backoff backoff;
  private final Set<ObjectName> delivered = new HashSet<>();
  private Map<String, String> query;
  private String verb = "list";
  private String version = "";
  private boolean listed;

  Reflector(
      String url,
      ApiRequests requests,
      WatchedKind kind,
      ClusterSource.Listener listener,
      Troubles troubles,
      Runnable onFirstList,
      RandomGenerator random,
      Duration silence) {
    this.url = url;
    this.requests = requests;
    this.kind = kind;
    this.listener = listener;
    this.troubles = troubles;
    this.onFirstList = onFirstList;
    this.random = random;
    this.silence = silence;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    this.query = kind.query();
  }

  /** Runs until interrupted. */
  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(round());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lists and watches until a new list is due; returns the pause before it. */
  private Duration round() throws InterruptedException {
    try {
      verb = "list";
      list();
      firstListDone();
      tellWhenNone();
      follow();
    } catch (RuntimeException failure) {
      return afterFailure(failure);
    }
    return backoff.next();
  }

  private Duration afterFailure(RuntimeException failure) throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    int code = failure instanceof KubernetesClientException answer ? answer.getCode() : 0;
    if (code == GONE) {
      return backoff.next();
    }
    if (code == 404 && !kind.needed()) {
      leave(Set.of());
      firstListDone();
      troubles.over(kind.plural());
      return ABSENT_PAUSE;
    }
    troubles.failing(kind.plural(), ApiTrouble.of(url, verb, kind.plural(), failure));
    if (code == 403 && !kind.needed()) {
      firstListDone();
    }
    return backoff.next();
  }

  private void list() throws InterruptedException {
    try {
      listPages();
    } catch (KubernetesClientException failure) {
      Optional<Map<String, String>> simpler = kind.simplerQuery();
      if (failure.getCode() != 400 || simpler.isEmpty() || query.equals(simpler.get())) {
        throw failure;
      }
      query = simpler.get();
      listPages();
    }
  }

  /** Delivers while pages arrive; reaches the version that they stand for. */
  private void listPages() throws InterruptedException {
    Set<ObjectName> seen = new HashSet<>();
    Map<String, String> options = new HashMap<>(query);
    options.put("limit", Integer.toString(PAGE));
    ListPage page;
    do {
      InputStream bytes = requests.get(kind.path(), options, PAGE_LIMIT);
      page = ListPage.read(bytes, kind, objects -> found(objects, seen));
      options.put("continue", page.rest());
    } while (!page.rest().isEmpty());
    leave(seen);
    version = page.version();
  }

  private void found(List<ApiObject<ClusterEvent>> objects, Set<ObjectName> seen) {
    List<ClusterEvent> events = new ArrayList<>(objects.size());
    for (ApiObject<ClusterEvent> object : objects) {
      object
          .value()
          .ifPresent(event -> {
            events.add(event);
            seen.add(object.name());
            delivered.add(object.name());
          });
    }
    deliver(events);
  }

  /** Everything delivered earlier that is not among these has left. */
  private void leave(Set<ObjectName> staying) {
    List<ClusterEvent> events = new ArrayList<>();
    delivered.removeIf(name -> {
      boolean left = !staying.contains(name);
      if (left) {
        events.add(kind.gone().apply(name));
      }
      return left;
    });
    deliver(events);
  }

  private void firstListDone() {
    if (!listed) {
      listed = true;
      onFirstList.run();
    }
  }

  private void tellWhenNone() {
    kind.noneMessage()
        .ifPresent(message -> {
          String part = kind.plural() + " none";
          if (delivered.isEmpty()) {
            troubles.failing(part, new Trouble(part, message));
          } else {
            troubles.over(part);
          }
        });
  }

  private void follow() throws InterruptedException {
    boolean progress = true;
    while (progress) {
      verb = "watch";
      try (WatchStream stream = watch()) {
        troubles.over(kind.plural());
        progress = !isRewound() && stream.read();
      }
      if (progress) {
        backoff.reset();
      }
    }
  }

  /**
   * Whether the server is at an earlier version than the watch that has just been opened: after its
   * database was restored, such a watch would hear nothing until the version is reached again.
   * Versions can be compared as numbers (KEP-5504); a server that does not tell has not rewound.
   */
  private boolean isRewound() throws InterruptedException {
    Map<String, String> options = new HashMap<>(query);
    options.put("limit", "1");
    try {
      InputStream bytes = requests.get(kind.path(), options, PAGE_LIMIT);
      String now = ListPage.read(bytes, kind, objects -> {}).version();
      return now.matches("[0-9]+")
          && version.matches("[0-9]+")
          && new BigInteger(now).compareTo(new BigInteger(version)) < 0;
    } catch (KubernetesClientException | JacksonException | UnreadableException untold) {
      return false;
    }
  }

  private WatchStream watch() throws InterruptedException {
    int seconds = SHORTEST_WATCH_SECONDS + random.nextInt(SHORTEST_WATCH_SECONDS);
    Map<String, String> options = new HashMap<>(query);
    options.put("watch", "true");
    options.put("allowWatchBookmarks", "true");
    options.put("resourceVersion", version);
    options.put("timeoutSeconds", Integer.toString(seconds));
    Duration limit = Duration.ofSeconds(seconds + GRACE_SECONDS);
    return new WatchStream(requests.get(kind.path(), options, limit, silence), kind, this::changed);
  }

  /** Delivers what a watch brought and reaches its version. */
  private void changed(List<WatchStream.Change> batch) {
    List<ClusterEvent> events = new ArrayList<>(batch.size());
    for (WatchStream.Change change : batch) {
      if (change.event().isPresent()) {
        delivered.add(change.name());
        events.add(change.event().get());
      } else if (!change.bookmark() && delivered.remove(change.name())) {
        events.add(kind.gone().apply(change.name()));
      }
      version = change.version().isEmpty() ? version : change.version();
    }
    deliver(events);
    tellWhenNone();
  }

  private void deliver(List<ClusterEvent> events) {
    if (!events.isEmpty()) {
      listener.events(List.copyOf(events));
    }
  }
}
