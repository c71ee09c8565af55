package io.pointsman.agent.status;

import io.pointsman.agent.metrics.Build;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** The short pages that every component of Kubernetes has (KEP-4827, KEP-4828), as text. */
public final class Statusz {
  private static final String FOR_PEOPLE =
      "For people: the form of this page can change. Programs read /metrics and /configz.\n";

  /** As Go's {@code time.UnixDate}. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' uuuu", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Statusz() {}

  /**
   * {@code /statusz}.
   *
   * @param paths what else can be asked
   */
  public static String statusz(
      Build build, Instant started, Instant now, Collection<String> paths) {
    return """

    kube-proxy statusz
    %s
    Started: %s
    Up: %s
    Java version: %s
    Binary version: %s (Pointsman %s)
    Emulation version: %s

    Paths: %s
    """
        .formatted(
            FOR_PEOPLE,
            DATE.format(started),
            up(Duration.between(started, now)),
            build.java(),
            build.kubernetes(),
            build.version(),
            build.kubernetes().replaceFirst("\\.[0-9]+$", ""),
            String.join(" ", paths));
  }

  /** {@code 26 hr 03 min 12 sec}. */
  static String up(Duration time) {
    return "%d hr %02d min %02d sec"
        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /**
   * {@code /flagz}.
   *
   * @param flags the command line's flags, without dashes, and their values
   */
  public static String flagz(Map<String, String> flags) {
    StringBuilder text = new StringBuilder("\nkube-proxy flagz\n").append(FOR_PEOPLE).append('\n');
    flags.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }
}
