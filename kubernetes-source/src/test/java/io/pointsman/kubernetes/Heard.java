package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.fail;

import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A listener that writes down what it hears, for one test to wait on. */
final class Heard implements ClusterSource.Listener {
  private static final long LONGEST_SECONDS = 30;

  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
  private final BlockingQueue<ApiExchange> exchanges = new LinkedBlockingQueue<>();
  private final BlockingQueue<Set<String>> unseen = new LinkedBlockingQueue<>();
  private final BlockingQueue<Set<UnreadableObject>> unreadable = new LinkedBlockingQueue<>();

  record Synced() {}

  record Failing(String message) {}

  record Recovered() {}

  record EventsRefused(String message) {}

  @Override
  public void events(List<ClusterEvent> events) {
    queue.addAll(events);
  }

  @Override
  public void synced() {
    queue.add(new Synced());
  }

  @Override
  public void failing(String message) {
    queue.add(new Failing(message));
  }

  @Override
  public void recovered() {
    queue.add(new Recovered());
  }

  @Override
  public void unseen(Set<String> resources) {
    unseen.add(resources);
  }

  @Override
  public void unreadable(Set<UnreadableObject> objects) {
    unreadable.add(objects);
  }

  @Override
  public void eventsRefused(String message) {
    queue.add(new EventsRefused(message));
  }

  @Override
  public void exchanged(ApiExchange exchange) {
    exchanges.add(exchange);
  }

  /** The next set of resources that cannot be followed which fits. */
  Set<String> unseen(Predicate<Set<String>> fits) {
    return next(unseen, fits);
  }

  /** The very next set of objects that cannot be read. */
  Set<UnreadableObject> unreadable() {
    return next(unreadable, any -> true);
  }

  /** The next request that fits. */
  ApiExchange exchange(Predicate<ApiExchange> fits) {
    return next(exchanges, fits);
  }

  private static <T> T next(BlockingQueue<T> queue, Predicate<T> fits) {
    List<T> passed = new ArrayList<>();
    try {
      T heard = queue.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
      while (heard != null) {
        if (fits.test(heard)) {
          return heard;
        }
        passed.add(heard);
        heard = queue.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return fail("none that fits was heard, but: %s", passed);
  }

  /** The next thing of this type that fits; what comes before is passed over. */
  <T> T next(Class<T> type, Predicate<T> fits) {
    StringBuilder passed = new StringBuilder();
    try {
      for (Object heard = poll(); heard != null; heard = poll()) {
        if (type.isInstance(heard) && fits.test(type.cast(heard))) {
          return type.cast(heard);
        }
        passed.append("\n  ").append(heard);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return fail("no %s was heard, but:%s", type.getSimpleName(), passed);
  }

  <T> T next(Class<T> type) {
    return next(type, any -> true);
  }

  /** Waits until each of these has fitted something, in any order. */
  void all(List<Predicate<Object>> wanted) {
    List<Predicate<Object>> missing = new ArrayList<>(wanted);
    while (!missing.isEmpty()) {
      Object heard = next(Object.class, any -> missing.stream().anyMatch(fits -> fits.test(any)));
      missing.removeIf(fits -> fits.test(heard));
    }
  }

  /** The very next thing. */
  Object next() {
    return next(Object.class);
  }

  /** What has been heard and not yet taken. */
  List<Object> rest() {
    return List.copyOf(queue);
  }

  private Object poll() throws InterruptedException {
    return queue.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
  }
}
