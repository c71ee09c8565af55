package io.pointsman.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What has been reported lately, so that one thing that happens again and again is one object with
 * a count, and no object of the cluster gets more than a few events. One thread uses it.
 *
 * <p>The rules are client-go's: equal events are a series while no more than six minutes lie
 * between them; each object has 25 events and one more every five minutes.
 */
final class EventLedger {
  static final Duration SERIES_GAP = Duration.ofMinutes(6);
  static final int BURST = 25;
  static final Duration ONE_MORE = Duration.ofMinutes(5);

  /** A series in progress is written again after this time. */
  private static final Duration REWRITE = Duration.ofMinutes(6);

  private static final int MOST = 1000;

  private final Map<ApiEvent, Series> series = bounded();
  private final Map<ApiEvent.Regarding, Budget> budgets = bounded();

  /** What to write. */
  sealed interface Write {
    ApiEvent event();

    /** A new object. */
    record Create(ApiEvent event, String name, Instant at) implements Write {}

    /** The count of one that is there. */
    record Count(ApiEvent event, String name, int count, Instant last) implements Write {}
  }

  private record Series(String name, int count, Instant last, Instant written) {}

  /**
   * @param spent how many are missing to the full burst
   */
  private record Budget(double spent, Instant when) {}

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST;
      }
    };
  }

  /** What is to be written when this happens at a time that never goes back; often nothing. */
  Optional<Write> happened(ApiEvent event, Instant now) {
    Series known = series.get(event);
    if (known == null || known.last().plus(SERIES_GAP).isBefore(now)) {
      if (!mayCreate(event.regarding(), now)) {
        return Optional.empty();
      }
      String name = name(event, now);
      series.put(event, new Series(name, 1, now, now));
      return Optional.of(new Write.Create(event, name, now));
    }
    int count = known.count() + 1;
    boolean due = count == 2 || !known.written().plus(REWRITE).isAfter(now);
    series.put(event, new Series(known.name(), count, now, due ? now : known.written()));
    return due ? Optional.of(new Write.Count(event, known.name(), count, now)) : Optional.empty();
  }

  /** The object of this event is gone: the next one makes another. */
  void forget(ApiEvent event) {
    series.remove(event);
  }

  /** Unique among the events of the namespace, as client-go's: nobody else counts nanoseconds. */
  private static String name(ApiEvent event, Instant now) {
    long nanos =
        Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    return event.regarding().name() + "." + Long.toHexString(nanos);
  }

  private boolean mayCreate(ApiEvent.Regarding regarding, Instant now) {
    Budget before = budgets.getOrDefault(regarding, new Budget(0, now));
    double regained =
        (double) Duration.between(before.when(), now).toMillis() / ONE_MORE.toMillis();
    double spent = Math.max(0, before.spent() - regained);
    boolean may = spent <= BURST - 1;
    budgets.put(regarding, new Budget(may ? spent + 1 : spent, now));
    return may;
  }
}
