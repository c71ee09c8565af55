package io.pointsman.agent.testing;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.HealthCheck;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.ServicePlan;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Sync reports for tests. */
public final class Reports {
  private Reports() {}

  /** Node ports answer on these addresses, or everywhere when none is given. */
  public static NodeContext context(IpFamily family, String... addresses) {
    return new NodeContext(
        family,
        "node-a",
        "",
        Optional.empty(),
        new LocalDetector.None(),
        addresses.length == 0
            ? new NodePortAddresses.All()
            : new NodePortAddresses.Only(
                new TreeSet<>(Arrays.stream(addresses).map(IpAddress::of).toList())),
        false,
        false,
        14,
        List.of());
  }

  /** The plan with a Service that is asked for its health. */
  public static FamilyPlan with(FamilyPlan plan, String service, int port, int endpoints) {
    ObjectName name = new ObjectName("default", service);
    ServicePlan planned =
        new ServicePlan(
            name,
            Instant.EPOCH,
            List.of(),
            Optional.of(new HealthCheck(port, endpoints)),
            List.of());
    return new FamilyPlan(
        plan.context(),
        plan.services().with(name, planned),
        plan.inputs(),
        plan.wishes(),
        plan.claims());
  }

  public static SyncReport of(FamilyPlan plan, CommitResult result) {
    return of(plan, 0, result);
  }

  /** A sync of an empty plan that took in so many events. */
  public static SyncReport taking(IpFamily family, int events) {
    return of(FamilyPlan.empty(context(family)), events, new CommitResult.Committed(0));
  }

  private static SyncReport of(FamilyPlan plan, int events, CommitResult result) {
    return new SyncReport(
        plan.context().family(),
        events,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        plan,
        result,
        Set.of(),
        List.of(),
        List.of(),
        false,
        List.of());
  }

  /** A sync in which the kernel refused the rules of Services, and took all others. */
  public static SyncReport refusing(
      FamilyPlan plan, Set<ObjectName> leftOut, List<CommitResult.Refusal> refusals) {
    return new SyncReport(
        plan.context().family(),
        0,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        plan,
        new CommitResult.Committed(1),
        leftOut,
        List.of(),
        refusals,
        false,
        List.of());
  }

  public static SyncReport committed(FamilyPlan plan) {
    return of(plan, new CommitResult.Committed(1));
  }
}
