package io.pointsman.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.pointsman.kubernetes.Troubles.Trouble;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Follows one kind of object: lists it, then watches from the list's version on.
 *
 * <p>A watch that ends after it brought something is resumed where it ended. One that brought
 * nothing, that cannot be opened, or whose version the server has forgotten (410 Gone) leads to a
 * new list; its difference to what was delivered before covers everything missed. Only names are
 * kept. One thread runs it.
 */
final class Reflector<T extends HasMetadata> implements Runnable {
  /** Objects a page: what is held of the API's bulky form at a time. */
  private static final long PAGE = 500;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often to look whether a resource that the server lacks has appeared. */
  private static final Duration ABSENT_PAUSE = Duration.ofMinutes(10);

  private static final int GONE = 410;

  private final String url;
  private final WatchedKind<T> kind;
  private final ClusterSource.Listener listener;
  private final Troubles troubles;
  private final Runnable onFirstList;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final Set<ObjectName> delivered = new HashSet<>();
  private WatchedKind.Query<T> query;
  private String verb = "list";
  private boolean listed;

  Reflector(
      String url,
      WatchedKind<T> kind,
      ClusterSource.Listener listener,
      Troubles troubles,
      Runnable onFirstList,
      RandomGenerator random) {
    this.url = url;
    this.kind = kind;
    this.listener = listener;
    this.troubles = troubles;
    this.onFirstList = onFirstList;
    this.random = random;
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
      String version = list();
      firstListDone();
      tellWhenNone();
      follow(version);
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

  private String list() {
    try {
      return listPages();
    } catch (KubernetesClientException failure) {
      Optional<WatchedKind.Query<T>> simpler = kind.simplerQuery();
      if (failure.getCode() != 400 || simpler.isEmpty() || query == simpler.get()) {
        throw failure;
      }
      query = simpler.get();
      return listPages();
    }
  }

  /** Delivers page after page; returns the version that the list stands for. */
  private String listPages() {
    Set<ObjectName> seen = new HashSet<>();
    ListOptionsBuilder options = new ListOptionsBuilder().withLimit(PAGE);
    while (true) {
      KubernetesResourceList<T> page = query.operation().list(options.build());
      List<ClusterEvent> events = new ArrayList<>();
      for (T object : page.getItems()) {
        ObjectName name = kind.nameOf(object);
        kind.set()
            .apply(object)
            .ifPresent(event -> {
              seen.add(name);
              events.add(event);
            });
      }
      deliver(events);
      delivered.addAll(seen);
      String rest = page.getMetadata().getContinue();
      if (rest == null || rest.isEmpty()) {
        leave(seen);
        return ObjectConverter.text(page.getMetadata().getResourceVersion());
      }
      options.withContinue(rest);
    }
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

  private void follow(String listVersion) throws InterruptedException {
    String version = listVersion;
    boolean progress = true;
    while (progress) {
      verb = "watch";
      WatchStream<T> stream = new WatchStream<>(kind, random);
      try (Watch _ = stream.open(query, version)) {
        troubles.over(kind.plural());
        int changes = 0;
        for (var batch = stream.next(); !batch.isEmpty(); batch = stream.next()) {
          changes += batch.size();
          version = apply(batch, version);
        }
        progress = changes > 0 && !stream.versionGone();
      }
      if (progress) {
        backoff.reset();
      }
    }
  }

  /** Delivers what a watch brought; returns the version reached. */
  private String apply(List<WatchStream.Change> batch, String version) {
    String reached = version;
    List<ClusterEvent> events = new ArrayList<>();
    for (WatchStream.Change change : batch) {
      if (!change.bookmark()) {
        if (change.event().isPresent()) {
          delivered.add(change.name());
          events.add(change.event().get());
        } else if (delivered.remove(change.name())) {
          events.add(kind.gone().apply(change.name()));
        }
      }
      reached = change.version().isEmpty() ? reached : change.version();
    }
    deliver(events);
    tellWhenNone();
    return reached;
  }

  private void deliver(List<ClusterEvent> events) {
    if (!events.isEmpty()) {
      listener.events(List.copyOf(events));
    }
  }
}
