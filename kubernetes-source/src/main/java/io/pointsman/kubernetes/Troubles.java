package io.pointsman.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

  synchronized void over(String part) {
    if (unseen.remove(part)) {
      listener.unseen(Set.copyOf(unseen));
    }
    if (byPart.remove(part) != null && byPart.isEmpty()) {
      listener.recovered();
    }
  }
}
