package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All objects and their versions. One lock guards them; nothing is read or written under it. */
final class Store {
  private static final int LARGEST_BATCH = 500;

  private static final String CONTINUE_EXPIRED =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter.";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Resource, Table> tables = new LinkedHashMap<>();
  private long version = 1;
  private long bookmarks;
  private boolean stalled;

  /** How a tree becomes the next state of an object; refuses by StatusException. */
  interface Update {
    /** The object as it shall be, from how it is; null when it is not there. */
    ObjectNode apply(@Nullable Stored before);
  }

  Store(int history) {
    for (Resource resource : Resources.ALL) {
      tables.put(resource, new Table(resource, history, lock.newCondition()));
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private Table table(Resource resource) {
    Table table = tables.get(resource);
    if (table == null) {
      throw new IllegalArgumentException("no table for " + resource);
    }
    return table;
  }

  long version() {
    return locked(() -> version);
  }

  /** Waits for a version after this one; returns the present one, after so many nanoseconds too. */
  long awaitAfter(long seen, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (version <= seen && left > 0) {
        left = changed.awaitNanos(left);
      }
      return version;
    } finally {
      lock.unlock();
    }
  }

  /** All objects of all kinds at one moment. */
  List<Stored> all() {
    return locked(
        () -> tables.values().stream().flatMap(table -> table.copy().values().stream()).toList());
  }

  Optional<Stored> get(Resource resource, Key key) {
    return locked(() -> Optional.ofNullable(table(resource).get(key)));
  }

  /** Creates or changes an object; an update that changes nothing leaves its version alone. */
  Stored change(Resource resource, Key key, Update update) {
    return locked(() -> {
      Table table = table(resource);
      Stored before = table.get(key);
      ObjectNode object = update.apply(before);
      Metadata.complete(resource, key, object, before);
      Stored after = Stored.of(resource, key, version + 1, object);
      if (before != null && before.sameBut(after)) {
        return before;
      }
      version++;
      table.set(key, after, version);
      changed.signalAll();
      return after;
    });
  }

  /**
   * Deletes an object.
   *
   * @param allowed refuses by StatusException
   * @return the object with the version of its deletion
   */
  Optional<Stored> delete(Resource resource, Key key, Consumer<Stored> allowed) {
    return locked(() -> {
      Table table = table(resource);
      Stored before = table.get(key);
      if (before == null) {
        return Optional.empty();
      }
      allowed.accept(before);
      version++;
      table.set(key, null, version);
      changed.signalAll();
      return Optional.of(before.withVersion(version));
    });
  }

  /**
   * Deletes an object now, or as soon as somebody says that it has ended.
   *
   * @param parting the object as it stays until then; empty when it goes now; refuses by
   *     StatusException
   * @return the object as it is now, or with the version of its deletion
   */
  Optional<Stored> retire(
      Resource resource, Key key, Function<Stored, Optional<ObjectNode>> parting) {
    return locked(() -> {
      Stored before = table(resource).get(key);
      if (before == null) {
        return Optional.empty();
      }
      Optional<ObjectNode> staying = parting.apply(before);
      return staying.isEmpty()
          ? delete(resource, key, any -> {})
          : Optional.of(change(resource, key, any -> staying.get()));
    });
  }

  /**
   * Lists objects.
   *
   * @param limit how many at most; 0 for all
   */
  Page list(Resource resource, Filter filter, long limit, Optional<ContinueToken> from) {
    return locked(() -> {
      Table table = table(resource);
      long shown = from.map(ContinueToken::version).orElse(version);
      if (!table.knows(shown) || shown > version) {
        throw StatusException.expired(CONTINUE_EXPIRED);
      }
      Key start = from.map(ContinueToken::last).orElse(Key.first(filter.namespace()));
      NavigableMap<Key, Stored> rest = table.at(shown, start);
      if (!filter.namespace().isEmpty()) {
        rest = rest.headMap(Key.end(filter.namespace()), false);
      }
      Optional<Long> left = filter.showsAll() ? from.map(ContinueToken::left) : Optional.of(limit);
      return page(rest, shown, filter, limit, left);
    });
  }

  /**
   * @param left how many objects the page begins with; empty when they are to be counted
   */
  private static Page page(
      NavigableMap<Key, Stored> rest, long shown, Filter filter, long limit, Optional<Long> left) {
    List<Stored> objects = new ArrayList<>();
    for (Stored object : rest.values()) {
      if (filter.shows(object)) {
        if (limit > 0 && objects.size() == limit) {
          Key last = objects.getLast().key();
          long remaining = left.orElseGet(() -> (long) rest.size()) - limit;
          return new Page(shown, objects, Optional.of(new ContinueToken(shown, last, remaining)));
        }
        objects.add(object);
      }
    }
    return new Page(shown, objects, Optional.empty());
  }

  /**
   * Opens a watch; {@link #end} it afterwards.
   *
   * @throws StatusException 410 when the version is no longer known
   */
  Watch watch(Resource resource, Filter filter, WatchOptions options) {
    return locked(() -> {
      Table table = table(resource);
      long from = options.from().orElse(version);
      if (!table.knows(from)) {
        throw StatusException.expired(
            "too old resource version: " + from + " (" + table.floor() + ")");
      }
      boolean objectsFirst =
          options.initialEvents() || (options.from().isEmpty() && !options.latest());
      List<Stored> initial =
          objectsFirst ? list(resource, filter, 0, Optional.empty()).objects() : List.of();
      long position = objectsFirst ? table.end() : table.after(from);
      Watch watch =
          new Watch(table, filter, options, initial, new Watch.Start(position, from, bookmarks));
      table.open(watch);
      return watch;
    });
  }

  /** Waits until the watch has something to send or ends. */
  Watch.Batch next(Watch watch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!watch.ended && (stalled || !due(watch))) {
        long left = watch.deadline - System.nanoTime();
        if (stalled) {
          watch.table.news().await();
        } else if (left <= 0) {
          return last(watch);
        } else {
          watch.table.news().awaitNanos(left);
        }
      }
      return watch.ended ? cut() : take(watch);
    } finally {
      lock.unlock();
    }
  }

  private boolean due(Watch watch) {
    return !watch.initial.isEmpty()
        || watch.initialBookmarkDue
        || watch.position < watch.table.end()
        || (watch.options.bookmarks() && watch.bookmarks < bookmarks);
  }

  private Watch.Batch take(Watch watch) {
    List<Change> changes = watch.table.from(watch.position, LARGEST_BATCH);
    watch.position += changes.size();
    boolean all = watch.position == watch.table.end();
    Optional<Long> bookmark =
        all && watch.options.bookmarks() && watch.bookmarks < bookmarks
            ? Optional.of(Math.max(version, watch.after))
            : Optional.empty();
    watch.bookmarks = all ? bookmarks : watch.bookmarks;
    Watch.Batch batch =
        new Watch.Batch(watch.initial, watch.initialBookmarkDue, changes, bookmark, false);
    watch.initial = List.of();
    watch.initialBookmarkDue = false;
    return batch;
  }

  /** A watch that lasted as long as it asked for ends with a bookmark. */
  private Watch.Batch last(Watch watch) {
    Optional<Long> bookmark =
        watch.options.bookmarks() ? Optional.of(Math.max(version, watch.after)) : Optional.empty();
    return new Watch.Batch(List.of(), false, List.of(), bookmark, true);
  }

  private static Watch.Batch cut() {
    return new Watch.Batch(List.of(), false, List.of(), Optional.empty(), true);
  }

  /** Has this run, which must not wait, when the watch is cut; at once if it has been. */
  void onCut(Watch watch, Runnable run) {
    lock.lock();
    try {
      watch.onCut = run;
      if (watch.ended) {
        run.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a watch; again and again if you like. */
  void end(Watch watch) {
    lock.lock();
    try {
      watch.table.end(watch);
    } finally {
      lock.unlock();
    }
  }

  /** How many watches of a kind are open. */
  int watches(Resource resource) {
    return locked(() -> table(resource).watches());
  }

  /** Waits until a watch of a kind is open; false when none is after so many nanoseconds. */
  boolean awaitWatch(Resource resource, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Table table = table(resource);
      long left = nanos;
      while (table.watches() == 0 && left > 0) {
        left = table.news().awaitNanos(left);
      }
      return table.watches() > 0;
    } finally {
      lock.unlock();
    }
  }

  void compact() {
    lock.lock();
    try {
      tables.values().forEach(table -> table.compact(version));
    } finally {
      lock.unlock();
    }
  }

  void bookmark() {
    lock.lock();
    try {
      bookmarks++;
      tables.values().forEach(table -> table.news().signalAll());
    } finally {
      lock.unlock();
    }
  }

  void stall(boolean now) {
    lock.lock();
    try {
      stalled = now;
      tables.values().forEach(table -> table.news().signalAll());
    } finally {
      lock.unlock();
    }
  }

  Backup backup() {
    return locked(() -> {
      Map<Resource, NavigableMap<Key, Stored>> objects = new HashMap<>();
      tables.forEach((resource, table) -> objects.put(resource, table.copy()));
      return new Backup(version, objects);
    });
  }

  void restore(Backup backup) {
    lock.lock();
    try {
      version = backup.version();
      tables.forEach((resource, table) -> table.reset(backup.objects(resource), version));
    } finally {
      lock.unlock();
    }
  }
}
