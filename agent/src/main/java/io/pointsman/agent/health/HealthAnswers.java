package io.pointsman.agent.health;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.JsonText;
import io.pointsman.net.IpFamily;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The answers to questions about health, word for word those of kube-proxy where it has them. */
public final class HealthAnswers {
  /** RFC 3339 with as many digits of a second as it takes, up to nanoseconds. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(java.util.Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Of unreadable objects in an answer that probes ask for every few seconds. */
  private static final int MOST_NAMES = 10;

  private HealthAnswers() {}

  /** {@code /healthz}: may this node be sent traffic? 200 or 503. */
  public static HttpAnswer healthz(HealthState state, Instant now) {
    boolean ok = state.isHealthy(now) && state.isNodeEligible();
    return health(state, now, ok, "\"nodeEligible\":" + state.isNodeEligible() + ",");
  }

  /** {@code /livez}: would a restart help? 200 when not, 503 when it may. */
  public static HttpAnswer livez(HealthState state, Instant now) {
    return health(state, now, state.isHealthy(now), "");
  }

  private static HttpAnswer health(HealthState state, Instant now, boolean ok, String eligible) {
    StringJoiner status = new StringJoiner(",", "{", "}");
    for (Map.Entry<IpFamily, FamilyHealth> family : state.families().entrySet()) {
      status.add(
          "\"%s\":{\"lastUpdated\":\"%s\",\"healthy\":%s}"
              .formatted(
                  family.getKey(),
                  TIME.format(family.getValue().lastUpdated()),
                  family.getValue().isHealthy(state.patience(), now)));
    }
    // Load balancers compare lastUpdated with their own clock: a healthy proxy is up to date.
    Instant lastUpdated = ok ? now : state.lastUpdated();
    return HttpAnswer.json(
        ok ? 200 : 503,
        "{\"lastUpdated\":\"%s\",\"currentTime\":\"%s\",%s\"healthy\":%s,\"status\":%s}"
            .formatted(
                TIME.format(lastUpdated),
                TIME.format(now),
                eligible,
                state.isHealthy(now),
                status));
  }

  /**
   * {@code /readyz}: does this proxy do its work? 200 or 503. kube-proxy has no such answer; unlike
   * {@code /healthz} this one waits for the first sync, and says when the API server cannot be
   * followed. It names some of the objects that cannot be read, which make nobody unready.
   */
  public static HttpAnswer readyz(HealthState state, Instant now) {
    StringJoiner families = new StringJoiner(",", "{", "}");
    for (Map.Entry<IpFamily, FamilyHealth> family : state.families().entrySet()) {
      FamilyHealth health = family.getValue();
      double age = health.unapplied(now).toNanos() / 1e9;
      families.add(
          "\"%s\":{\"committed\":%s,\"oldestUnappliedSeconds\":%s}"
              .formatted(family.getKey(), health.committed(), age));
    }
    String unseen =
        state.unseen().stream()
            .map(resource -> '"' + resource + '"')
            .collect(Collectors.joining(","));
    String unreadable =
        state.unreadable().stream()
            .limit(MOST_NAMES)
            .map(object -> JsonText.quote(object.title()))
            .collect(Collectors.joining(","));
    boolean ready = state.isReady(now);
    return HttpAnswer.json(
        ready ? 200 : 503,
        "{\"ready\":%s,\"sourcesSynced\":%s,\"unseen\":[%s],\"unreadable\":[%s],\"families\":%s}"
            .formatted(ready, state.synced(), unseen, unreadable, families));
  }
}
