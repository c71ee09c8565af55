package io.pointsman.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The troubles of a source's parts, told to its listener once each.
 *
 * <p>Several parts often share one trouble, such as a server that is down: they name the same
 * category and the listener hears the first. It hears of the recovery when no part is in trouble.
 */
final class Troubles {
  private final ClusterSource.Listener listener;
  private final Map<String, Trouble> byPart = new HashMap<>();
  private final Set<String> unseen = new TreeSet<>();
  private final Map<String, Set<UnreadableObject>> unreadable = new HashMap<>();

  /**
   * @param category equal for troubles that one line should tell
   * @param message one line: what is wrong, where, and what to do
   */
  record Trouble(String category, String message) {}

  Troubles(ClusterSource.Listener listener) {
    this.listener = listener;
  }

  synchronized void failing(String part, Trouble trouble) {
    boolean known =
        byPart.values().stream().anyMatch(other -> other.category().equals(trouble.category()));
    byPart.put(part, trouble);
    if (!known) {
      listener.failing(trouble.message());
    }
  }

  /** Changes of this part cannot be seen until its trouble is over. */
  synchronized void unseen(String part) {
    if (unseen.add(part)) {
      listener.unseen(Set.copyOf(unseen));
    }
  }

  /** These are now all objects of this part that cannot be read. */
  synchronized void unreadable(String part, Set<UnreadableObject> objects) {
    unreadable.put(part, Set.copyOf(objects));
    listener.unreadable(
        unreadable.values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
  }

  synchronized void over(String part) {
    if (unseen.remove(part)) {
      listener.unseen(Set.copyOf(unseen));
    }
    if (byPart.remove(part) != null && byPart.isEmpty()) {
      listener.recovered();
    }
  }
}
