package io.pointsman.kubernetes;

import java.time.Duration;

/**
 * How long things may take on watches, and after an outage.
 *
 * @param silence after which a watch is given up. A server sends bookmarks about once a minute to
 *     who asks for them (KEP-956); one that says nothing for longer may be gone without its
 *     connection having ended
 * @param probe how long the watch lasts that is opened then, in whole seconds: short, because any
 *     server that lives ends it by itself, be there bookmarks or not
 * @param grace how much later than agreed the end of a watch may come
 * @param settled after which a watch was a good one, even without a word: load balancers end idle
 *     connections, some after 20 seconds, and the pauses between watches must not grow by that
 * @param leisure within which all is listed once more after an outage, at a moment that each node
 *     draws for itself. A server that comes back from a backup, and reaches the old version by
 *     other changes, cannot be told from one that was merely away
 */
record Patience(
    Duration silence, Duration probe, Duration grace, Duration settled, Duration leisure) {
  static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(75),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofHours(1));
}
