package io.pointsman.apiserver;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** The objects of one kind and what became of them lately. Guarded by the store's lock. */
final class Table {
  private final Resource resource;
  private final int history;
  private final Condition news;
  private final List<Change> log = new ArrayList<>();
  private final Set<Watch> watches = new HashSet<>();
  private TreeMap<Key, Stored> objects = new TreeMap<>();

  /** How many changes have left the log at its old end. */
  private long forgotten;

  /** Versions before this one are no longer known. */
  private long floor;

  /**
   * @param history how many changes are kept at least
   * @param news signalled whenever a watch may have something to do
   */
  Table(Resource resource, int history, Condition news) {
    this.resource = resource;
    this.history = history;
    this.news = news;
  }

  Resource resource() {
    return resource;
  }

  Condition news() {
    return news;
  }

  @Nullable Stored get(Key key) {
    return objects.get(key);
  }

  void set(Key key, @Nullable Stored after, long version) {
    Stored before = after == null ? objects.remove(key) : objects.put(key, after);
    if (log.size() >= 2 * history) {
      List<Change> old = log.subList(0, log.size() - history);
      floor = Math.max(floor, old.getLast().version());
      forgotten += old.size();
      old.clear();
      List.copyOf(watches).stream().filter(watch -> watch.position < forgotten).forEach(this::cut);
    }
    log.add(new Change(version, key, before, after));
    news.signalAll();
  }

  void open(Watch watch) {
    watches.add(watch);
    news.signalAll();
  }

  /** Ends a watch; again and again if you like. */
  void end(Watch watch) {
    if (watches.remove(watch)) {
      watch.ended = true;
      news.signalAll();
    }
  }

  private void cut(Watch watch) {
    end(watch);
    watch.onCut.run();
  }

  /** How many are open. */
  int watches() {
    return watches.size();
  }

  /** From now on, versions before this one are answered with 410; running watches go on. */
  void compact(long version) {
    floor = Math.max(floor, version);
  }

  boolean knows(long version) {
    return version >= floor;
  }

  long floor() {
    return floor;
  }

  /** Where the log goes on, for a watch that has seen all of it. */
  long end() {
    return forgotten + log.size();
  }

  /** Where the log goes on after a version that is known. */
  long after(long version) {
    int low = 0;
    int high = log.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (log.get(middle).version() <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return forgotten + low;
  }

  List<Change> from(long position, int limit) {
    int start = (int) (position - forgotten);
    return List.copyOf(log.subList(start, Math.min(log.size(), start + limit)));
  }

  /** The objects behind a key, in order, as they were at a version that is known. */
  NavigableMap<Key, Stored> at(long version, Key start) {
    NavigableMap<Key, Stored> now = objects.tailMap(start, false);
    List<Change> since = log.subList((int) (after(version) - forgotten), log.size());
    if (since.isEmpty()) {
      return now;
    }
    TreeMap<Key, Stored> then = new TreeMap<>((SortedMap<Key, Stored>) now);
    for (Change change : since.reversed()) {
      if (change.before() != null) {
        then.put(change.key(), change.before());
      } else {
        then.remove(change.key());
      }
    }
    return then.tailMap(start, false);
  }

  NavigableMap<Key, Stored> copy() {
    return new TreeMap<>((SortedMap<Key, Stored>) objects);
  }

  /** Begins anew with these objects, which are known from this version on; cuts all watches. */
  void reset(SortedMap<Key, Stored> restored, long version) {
    objects = new TreeMap<>(restored);
    forgotten += log.size();
    log.clear();
    floor = version;
    List.copyOf(watches).forEach(this::cut);
  }
}
