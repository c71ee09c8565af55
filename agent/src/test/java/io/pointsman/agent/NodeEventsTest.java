package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.kubernetes.ApiEvent;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeEventsTest {
  private static final ObjectName WEB = new ObjectName("shop", "web");

  private final List<ApiEvent> told = new ArrayList<>();
  private final NodeEvents events = new NodeEvents(told::add, "node-a");

  private static SyncReport leavingOut(
      IpFamily family, Set<ObjectName> services, List<CommitResult.Refusal> refusals) {
    return new SyncReport(
        family,
        1,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        FamilyPlan.empty(Reports.context(family)),
        new CommitResult.Committed(1),
        services,
        List.of(),
        refusals,
        false,
        List.of());
  }

  @Test
  void theStartIsToldAsKubeProxyTellsIt() {
    events.starting();
    events.cannotStart("FailedToStartMetricServer", "taken");
    events.failedToListen(WEB, 30000, "0.0.0.0:30000: Address already in use");
    assertThat(told)
        .extracting(ApiEvent::reason, ApiEvent::action, event -> event.regarding().kind())
        .extracting(Object::toString)
        .containsExactly(
            "(\"Starting\", \"StartKubeProxy\", \"Node\")",
            "(\"FailedToStartMetricServer\", \"StartKubeProxy\", \"Node\")",
            "(\"FailedToStartServiceHealthcheck\", \"Listen\", \"Service\")");
    assertThat(told.getFirst().note()).isEmpty();
    assertThat(told.getLast().note())
        .isEqualTo(
            "node node-a cannot serve healthCheckNodePort 30000: 0.0.0.0:30000: Address already in"
                + " use; load balancers will pass it by");
  }

  @Test
  void aServiceThatTheKernelRefusesIsToldOncePerFamilyWithItsOwnReason() {
    List<CommitResult.Refusal> refusals =
        List.of(
            new CommitResult.Refusal("element of frontends", Optional.of(WEB), "ENOSPC"),
            new CommitResult.Refusal(
                "chain x", Optional.of(new ObjectName("shop", "other")), "EINVAL"));
    events.accept(leavingOut(IpFamily.IPV4, Set.of(WEB), refusals));
    events.accept(leavingOut(IpFamily.IPV6, Set.of(), List.of()));
    events.accept(leavingOut(IpFamily.IPV4, Set.of(WEB), refusals));
    assertThat(told)
        .containsExactly(
            new ApiEvent(
                ApiEvent.Regarding.service(WEB),
                true,
                "RefusedByKernel",
                "ProgramRules",
                "node node-a does not serve it by IPv4, as the kernel refuses its rules: ENOSPC"));
    events.accept(leavingOut(IpFamily.IPV4, Set.of(), List.of()));
    events.accept(leavingOut(IpFamily.IPV4, Set.of(WEB), refusals));
    assertThat(told).hasSize(2);
  }

  @Test
  void aKernelThatRefusesThousandsIsToldOfByAFew() {
    Set<ObjectName> many =
        IntStream.range(0, 5000)
            .mapToObj(i -> new ObjectName("shop", "s" + i))
            .collect(Collectors.toSet());
    events.accept(leavingOut(IpFamily.IPV4, many, List.of()));
    assertThat(told).hasSize(10);
  }
}
