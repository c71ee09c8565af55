package io.pointsman.agent.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the API server has said lately: at most so many answers, each for so long. The one that was
 * not asked for longest makes room.
 *
 * @param <V> the answers
 */
final class Verdicts<V> {
  /** In the order of their last use. */
  private final Map<Question, Said<V>> said = new LinkedHashMap<>(16, 0.75f, true);

  private final int most;
  private final Duration validity;

  private record Said<V>(V verdict, long at) {}

  Verdicts(int most, Duration validity) {
    this.most = most;
    this.validity = validity;
  }

  /**
   * @param now nanoseconds of a clock that only goes on
   */
  void put(Question question, V verdict, long now) {
    said.put(question, new Said<>(verdict, now));
    if (said.size() > most) {
      said.remove(said.keySet().iterator().next());
    }
  }

  void remove(Question question) {
    said.remove(question);
  }

  /** The answer, while it is valid. */
  Optional<V> get(Question question, long now) {
    @Nullable Said<V> known = said.get(question);
    return known != null && now - known.at() < validity.toNanos()
        ? Optional.of(known.verdict())
        : Optional.empty();
  }

  /** True when this was answered before, however long ago. */
  boolean knew(Question question) {
    return said.containsKey(question);
  }
}
