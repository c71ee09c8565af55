package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pointsman.kubernetes.Troubles.Trouble;
import io.pointsman.model.ObjectName;
import java.io.InputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;

/**
 * Follows one kind of object: lists it, then watches from the list's version on.
 *
 * <p>A watch that ends, or cannot be opened while the server is away or busy, is opened again from
 * the version that was reached: the nodes of a cluster that all listed anew would knock down a
 * server that is just coming back. Only a server that has forgotten the version (410 Gone), has
 * gone back before it, or says what cannot be read is asked for a new list at once, and any other
 * one at leisure after an outage. A list's difference to what was delivered before covers
 * everything missed. Only names are kept. One thread runs it.
 */
final class Reflector implements Runnable {
  /** Objects that are asked for at a time. */
  private static final int PAGE = 500;

  /** Within which a page must arrive. */
  private static final Duration PAGE_LIMIT = Duration.ofSeconds(30);

  /** The server ends a watch after this time, spread so that watches do not end in step. */
  private static final int SHORTEST_WATCH_SECONDS = 300;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often to look whether a resource that the server lacks has appeared. */
  private static final Duration ABSENT_PAUSE = Duration.ofMinutes(10);

  private static final int GONE = 410;

  private final String url;
  private final ApiRequests requests;
  private final WatchedKind kind;
  private final Troubles troubles;
  private final Runnable onFirstList;
  private final RandomGenerator random;
  private final Patience patience;
  private final Backoff backoff;
  private final Delivered delivered;
  private Map<String, String> query;
  private String verb = "list";

  /** Reached so far; empty when a list is due. */
  private String version = "";

  /** A watch from a version of this server brought something, or stood until its end. */
  private boolean proven;

  private boolean listed;

  /** After an outage: when all is to be listed again, by {@link System#nanoTime}. */
  private OptionalLong listDue = OptionalLong.empty();

  /** Nothing has been heard since a watch fell silent. */
  private boolean doubtful;

  Reflector(
      String url,
      ApiRequests requests,
      WatchedKind kind,
      ClusterSource.Listener listener,
      Troubles troubles,
      Runnable onFirstList,
      RandomGenerator random,
      Patience patience) {
    this.url = url;
    this.requests = requests;
    this.kind = kind;
    this.delivered = new Delivered(kind, listener, troubles);
    this.troubles = troubles;
    this.onFirstList = onFirstList;
    this.random = random;
    this.patience = patience;
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

  /** Lists when that is due, and watches once; returns the pause before the next round. */
  private Duration round() throws InterruptedException {
    try {
      if (version.isEmpty()) {
        verb = "list";
        list();
        firstListDone();
        tellWhenNone();
      }
      verb = "watch";
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
    if (!keepsVersion(failure)) {
      version = "";
    }
    if (code == GONE) {
      forgotten();
      return backoff.next();
    }
    if (code <= 0 || code >= 500) {
      listAtLeisure();
    }
    if (code == 404 && !kind.needed()) {
      delivered.keep(Set.of());
      firstListDone();
      troubles.over(kind.plural());
      return ABSENT_PAUSE;
    }
    tell(ApiTrouble.of(url, verb, kind.plural(), failure));
    if (code == 403 && !kind.needed()) {
      firstListDone();
    }
    return failure instanceof RefusedException refused
        ? backoff.atLeast(refused.retryAfter())
        : backoff.next();
  }

  /**
   * A list is due at once, however long the outage has made the pauses: the server answers. One
   * that forgets each version right after its list is not asked faster and faster.
   */
  private void forgotten() {
    version = "";
    if (proven) {
      backoff.reset();
    }
    proven = false;
  }

  /** The server did not answer, or not to the question: what it knows of the version is open. */
  private static boolean keepsVersion(RuntimeException failure) {
    return failure instanceof KubernetesClientException answer
        && switch (answer.getCode()) {
          case 401, 403, 408, 429 -> true;
          default -> answer.getCode() <= 0 || answer.getCode() >= 500;
        };
  }

  private void tell(Trouble trouble) {
    if (kind.needed()) {
      troubles.unseen(kind.plural());
    }
    troubles.failing(kind.plural(), trouble);
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
      page = ListPage.read(bytes, kind, objects -> seen.addAll(delivered.found(objects)));
      options.put("continue", page.rest());
    } while (!page.rest().isEmpty());
    delivered.keep(seen);
    version = page.version();
    listDue = OptionalLong.empty();
  }

  private void listAtLeisure() {
    if (listDue.isEmpty()) {
      listDue = OptionalLong.of(System.nanoTime() + random.nextLong(patience.leisure().toNanos()));
    }
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
    int seconds =
        doubtful
            ? (int) patience.probe().toSeconds()
            : SHORTEST_WATCH_SECONDS + random.nextInt(SHORTEST_WATCH_SECONDS);
    long start = System.nanoTime();
    WatchStream.End end;
    try (WatchStream stream = watch(seconds)) {
      if (!doubtful) {
        troubles.over(kind.plural());
      }
      end = isRewound() ? WatchStream.End.GONE : stream.read();
    }
    if (System.nanoTime() - start >= patience.settled().toNanos()) {
      backoff.reset();
    }
    proven |= end != WatchStream.End.GONE;
    switch (end) {
      case GONE -> forgotten();
      case OVER -> heard();
      case CUT -> listAtLeisure();
      case SILENT -> {
        if (doubtful) {
          tell(ApiTrouble.silent(url, kind.plural()));
        }
        doubtful = true;
      }
    }
    if (listDue.isPresent() && listDue.getAsLong() - System.nanoTime() <= 0) {
      version = "";
    }
  }

  private void heard() {
    if (doubtful) {
      doubtful = false;
      troubles.over(kind.plural());
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
    } catch (KubernetesClientException untold) {
      if (doubtful && untold.getCode() <= 0) {
        throw untold;
      }
      return false;
    } catch (JacksonException | UnreadableException untold) {
      return false;
    }
  }

  private WatchStream watch(int seconds) throws InterruptedException {
    Map<String, String> options = new HashMap<>(query);
    options.put("watch", "true");
    options.put("allowWatchBookmarks", "true");
    options.put("resourceVersion", version);
    options.put("timeoutSeconds", Integer.toString(seconds));
    Duration silence = doubtful ? patience.probe().plus(patience.grace()) : patience.silence();
    Duration limit = Duration.ofSeconds(seconds).plus(patience.grace().multipliedBy(2));
    return new WatchStream(
        requests.watch(kind.path(), options, limit, silence), kind, this::changed);
  }

  /** Delivers what a watch brought and reaches its version. */
  private void changed(List<WatchStream.Change> batch) {
    heard();
    proven = true;
    backoff.reset();
    for (WatchStream.Change change : batch) {
      version = change.version().isEmpty() ? version : change.version();
    }
    delivered.changed(batch);
    tellWhenNone();
  }
}
