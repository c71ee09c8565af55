package io.pointsman.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * One watch: its place in the log of changes. Its fields belong to the store, which guards them.
 *
 * <p>It needs no queue: it is read from the log, which keeps a bounded number of changes for all
 * watches of a kind together.
 */
final class Watch {
  final Table table;
  final Filter filter;
  final WatchOptions options;
  final long deadline;

  /** Objects to be shown first. */
  List<Stored> initial;

  boolean initialBookmarkDue;

  /** Place in the log of the first change that has not been taken. */
  long position;

  /** Changes up to this version are not shown, though they be in the log. */
  final long after;

  /** Bookmarks asked for that it has sent. */
  long bookmarks;

  boolean ended;

  /** What frees a writer that is held up by its client; must not wait. */
  Runnable onCut = () -> {};

  Watch(Table table, Filter filter, WatchOptions options, List<Stored> initial, Start start) {
    this.table = table;
    this.filter = filter;
    this.options = options;
    this.deadline = System.nanoTime() + options.timeout().toNanos();
    this.initial = initial;
    this.initialBookmarkDue = options.initialEvents();
    this.position = start.position();
    this.after = start.after();
    this.bookmarks = start.bookmarks();
  }

  /** Where a watch begins. */
  record Start(long position, long after, long bookmarks) {}

  /**
   * What a watch has to send next.
   *
   * @param initial objects that were there before it
   * @param bookmark the version to tell in a bookmark after all that
   * @param last true when the watch ends after this
   */
  record Batch(
      List<Stored> initial,
      boolean initialBookmark,
      List<Change> changes,
      Optional<Long> bookmark,
      boolean last) {}
}
