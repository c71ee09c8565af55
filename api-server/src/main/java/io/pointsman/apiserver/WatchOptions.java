package io.pointsman.apiserver;

import java.time.Duration;
import java.util.Optional;

/**
 * What a watch request asks for.
 *
 * @param from the version after which changes are wanted; empty for the objects that there are, and
 *     then changes
 * @param initialEvents a bookmark tells the end of the objects that there are
 * @param latest only changes from now on, when {@code from} is empty
 */
record WatchOptions(
    Optional<Long> from,
    boolean initialEvents,
    boolean latest,
    boolean bookmarks,
    Duration timeout) {}
