package io.pointsman.kubernetes;

import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Delivers a cluster's objects and every later change to them.
 *
 * <p>A source starts once and closes once. It never gives up: what is wrong is told through the
 * listener while the source goes on trying, and what was delivered before stays in force.
 */
public interface ClusterSource extends AutoCloseable {

  /** Begins to deliver, on threads of the source's own; returns at once. */
  void start(Listener listener);

  /** Where to report what people should see in the cluster; from now on, until it closes. */
  default EventSink events() {
    return EventSink.NONE;
  }

  /** Who knows tokens and rights, where there is an API server; answers until this closes. */
  default Optional<AccessReviews> reviews() {
    return Optional.empty();
  }

  /** Ends all deliveries. A delivery that is under way may still finish. */
  @Override
  void close();

  /**
   * Hears what the source finds. Called from several threads, though never for one object from two
   * at a time; it should queue and return.
   */
  interface Listener {
    /** These changes happened, in this order. Events that say what is already known may occur. */
    void events(List<ClusterEvent> events);

    /** Called once: everything that existed at the start has been delivered. */
    void synced();

    /**
     * The source cannot see changes; called once for each distinct trouble.
     *
     * @param message one line: what is wrong, where, and what to do
     */
    void failing(String message);

    /** The troubles reported so far are over. */
    void recovered();

    /**
     * Another set of resources cannot be followed, so that what was delivered of them may be out of
     * date.
     *
     * @param resources their plurals, such as {@code services}; without those that a proxy can do
     *     without; empty when all is well, as it is at the start
     */
    void unseen(Set<String> resources);

    /**
     * Another set of objects cannot be read. Each keeps the state in which it last could be, or
     * counts as absent; all others are served as ever.
     *
     * @param objects all of them at present; empty when all is well, as it is at the start
     */
    void unreadable(Set<UnreadableObject> objects);

    /**
     * The API server does not take Events; called once for each distinct answer.
     *
     * @param message one line: what is wrong, where, and what to do
     */
    void eventsRefused(String message);

    /** A request to an API server was made. */
    void exchanged(ApiExchange exchange);
  }
}
