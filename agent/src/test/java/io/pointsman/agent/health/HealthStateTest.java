package io.pointsman.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HealthStateTest {
  private static final Instant START = Instant.parse("2026-11-25T08:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ClusterEvent EVENT =
      new ClusterEvent.ServiceGone(new ObjectName("default", "web"));

  private static HealthState dual() {
    return HealthState.starting(Set.of(IpFamily.IPV4, IpFamily.IPV6), PATIENCE, true, START);
  }

  private static Instant at(double seconds) {
    return START.plusNanos((long) (seconds * 1e9));
  }

  private static SyncReport report(IpFamily family, int events, CommitResult result) {
    return new SyncReport(
        family,
        events,
        Duration.ofMillis(30),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        FamilyPlan.empty(Reports.context(family)),
        result,
        Set.of(),
        List.of(),
        List.of(),
        false,
        List.of());
  }

  private static SyncReport done(IpFamily family, int events) {
    return report(family, events, new CommitResult.Committed(1));
  }

  private static SyncReport failed(IpFamily family, int events) {
    return report(family, events, new CommitResult.Unknown("scripted"));
  }

  private static ClusterEvent node(boolean beingDeleted) {
    return new ClusterEvent.NodeSet(new Node("a", "", List.of(), List.of(), beingDeleted));
  }

  @Test
  void aProxyIsHealthyBeforeItsFirstSyncButNotReady() {
    HealthState state = dual().queued(List.of(node(false)), at(1));
    assertThat(state.isHealthy(at(3600))).isTrue();
    assertThat(HealthAnswers.healthz(state, at(3600)).status()).isEqualTo(200);
    assertThat(HealthAnswers.readyz(state, at(3600)).status()).isEqualTo(503);
  }

  @Test
  void aChangeThatWaitsTooLongInOneFamilyIsUnhealthyUntilItIsApplied() {
    HealthState state =
        dual()
            .queued(List.of(node(false)), at(0))
            .sourceSynced(at(1))
            .after(done(IpFamily.IPV4, 1), at(2))
            .after(failed(IpFamily.IPV6, 1), at(2));
    assertThat(state.isHealthy(at(60.9))).isTrue();
    assertThat(state.isHealthy(at(61))).isFalse();
    assertThat(HealthAnswers.livez(state, at(61)).status()).isEqualTo(503);
    HealthState retried = state.after(done(IpFamily.IPV6, 0), at(62));
    assertThat(retried.isHealthy(at(500))).isTrue();
    assertThat(retried.isReady(at(500))).isTrue();
  }

  @Test
  void whatArrivesDuringASyncWaitsOn() {
    HealthState state =
        dual()
            .sourceSynced(at(0))
            .after(done(IpFamily.IPV4, 0), at(1))
            .after(done(IpFamily.IPV6, 0), at(1))
            .queued(List.of(EVENT, EVENT), at(2))
            .queued(List.of(EVENT), at(3))
            .after(done(IpFamily.IPV4, 2), at(4))
            .after(done(IpFamily.IPV6, 3), at(4));
    // The third event came after the sync began, which took 30 ms.
    assertThat(state.isHealthy(at(63.9))).isTrue();
    assertThat(state.isHealthy(at(64))).isFalse();
    assertThat(state.after(done(IpFamily.IPV4, 1), at(65)).isHealthy(at(500))).isTrue();
  }

  @Test
  void aNodeThatGoesAwayIsIneligibleButAlive() {
    HealthState unseen = dual();
    assertThat(HealthAnswers.healthz(unseen, at(1)).status()).isEqualTo(503);
    assertThat(HealthAnswers.livez(unseen, at(1)).status()).isEqualTo(200);
    HealthState going = unseen.queued(List.of(node(false), node(true)), at(1));
    HttpAnswer healthz = HealthAnswers.healthz(going, at(2));
    assertThat(healthz.status()).isEqualTo(503);
    assertThat(healthz.body()).contains("\"nodeEligible\":false,\"healthy\":true");
    assertThat(going.queued(List.of(node(false)), at(3)).isNodeEligible()).isTrue();
    HealthState gone =
        going
            .queued(List.of(node(false)), at(3))
            .queued(List.of(new ClusterEvent.NodeGone("a")), at(4));
    assertThat(gone.isNodeEligible()).isTrue();
  }

  @Test
  void withoutAClusterThereNeedBeNoNode() {
    HealthState state = HealthState.starting(Set.of(IpFamily.IPV4), PATIENCE, false, START);
    assertThat(HealthAnswers.healthz(state, at(1)).status()).isEqualTo(200);
  }

  @Test
  void byAnotherClockNothingIsLaterOrEarlier() {
    HealthState state = dual().sourceSynced(at(0)).after(done(IpFamily.IPV4, 0), at(1));
    for (double jump : List.of(-86_400.0, 3600.0)) {
      HealthState shifted = state.shifted(Duration.ofSeconds((long) jump));
      assertThat(shifted.isHealthy(at(59 + jump))).isTrue();
      assertThat(shifted.isHealthy(at(61 + jump))).isFalse();
      assertThat(shifted.unapplied(at(5 + jump))).isEqualTo(state.unapplied(at(5)));
      assertThat(shifted.lastUpdated()).isEqualTo(at(1 + jump));
    }
  }

  @Test
  void bodiesAreThoseOfKubeProxy() {
    HealthState state =
        dual()
            .queued(List.of(node(false)), at(0))
            .sourceSynced(at(1))
            .after(done(IpFamily.IPV4, 1), at(2.5));
    assertThat(HealthAnswers.healthz(state, at(10.000000001)).body())
        .isEqualTo(
            "{\"lastUpdated\":\"2026-11-25T08:00:10.000000001Z\","
                + "\"currentTime\":\"2026-11-25T08:00:10.000000001Z\","
                + "\"nodeEligible\":true,\"healthy\":true,\"status\":{"
                + "\"IPv4\":{\"lastUpdated\":\"2026-11-25T08:00:02.5Z\",\"healthy\":true},"
                + "\"IPv6\":{\"lastUpdated\":\"2026-11-25T08:00:00Z\",\"healthy\":true}}}");
    assertThat(HealthAnswers.livez(state, at(100)).body())
        .isEqualTo(
            "{\"lastUpdated\":\"2026-11-25T08:00:02.5Z\","
                + "\"currentTime\":\"2026-11-25T08:01:40Z\","
                + "\"healthy\":false,\"status\":{"
                + "\"IPv4\":{\"lastUpdated\":\"2026-11-25T08:00:02.5Z\",\"healthy\":true},"
                + "\"IPv6\":{\"lastUpdated\":\"2026-11-25T08:00:00Z\",\"healthy\":false}}}");
    assertThat(HealthAnswers.readyz(state, at(6)).body())
        .isEqualTo(
            "{\"ready\":false,\"sourcesSynced\":true,\"unseen\":[],\"unreadable\":[],\"families\":{"
                + "\"IPv4\":{\"committed\":true,\"oldestUnappliedSeconds\":0.0},"
                + "\"IPv6\":{\"committed\":false,\"oldestUnappliedSeconds\":5.0}}}");
  }

  /** The rules stand, so load balancers and the kubelet's restarts are told nothing of it. */
  @Test
  void whatCannotBeFollowedMakesItNotReadyButNotUnhealthy() {
    HealthState ready =
        dual()
            .queued(List.of(node(false)), at(0))
            .sourceSynced(at(1))
            .after(done(IpFamily.IPV4, 1), at(2))
            .after(done(IpFamily.IPV6, 1), at(2));
    assertThat(HealthAnswers.readyz(ready, at(3)).status()).isEqualTo(200);
    HealthState blind = ready.unseen(Set.of("services", "nodes"));
    assertThat(HealthAnswers.readyz(blind, at(3)).status()).isEqualTo(503);
    assertThat(HealthAnswers.readyz(blind, at(3)).body())
        .contains("\"unseen\":[\"nodes\",\"services\"]");
    assertThat(HealthAnswers.healthz(blind, at(3)).status()).isEqualTo(200);
    assertThat(HealthAnswers.livez(blind, at(3)).status()).isEqualTo(200);
    assertThat(HealthAnswers.readyz(blind.unseen(Set.of()), at(3)).status()).isEqualTo(200);
    HealthState puzzled =
        ready.unreadable(
            Set.of(
                new UnreadableObject("services", new ObjectName("shop", "web"), "", true),
                new UnreadableObject("nodes", new ObjectName("", "a\"b"), "", false)));
    assertThat(HealthAnswers.readyz(puzzled, at(3)).status()).isEqualTo(200);
    assertThat(HealthAnswers.readyz(puzzled, at(3)).body())
        .contains("\"unreadable\":[\"nodes a\\\"b\",\"services shop/web\"]");
  }
}
