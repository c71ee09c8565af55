package io.pointsman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Planner;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.snapshot.ClusterSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The objects are what the figures say they are. */
class WorkloadTest {
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void everyServiceHasItsOwnAddressAndAllItsEndpoints(IpFamily family) {
    Workload workload = new Workload(new Size(50, 103), family);
    for (ServicePlan service : plan(workload, workload.snapshot())) {
      assertThat(service.diagnostics()).isEmpty();
      assertThat(service.ports())
          .singleElement()
          .satisfies(port -> {
            assertThat(port.frontends()).hasSize(1);
            assertThat(port.internal())
                .isInstanceOfSatisfying(
                    Route.Internal.class, route -> assertThat(route.targets()).hasSize(103));
          });
    }
  }

  @Test
  void addressesAreDistinctAndInTheirRanges() {
    Workload workload = new Workload(new Size(100_000, 3), IpFamily.IPV4);
    Set<IpAddress> all = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      assertThat(workload.context().serviceCidrs().getFirst().contains(workload.clusterIp(i)))
          .isTrue();
      all.add(workload.clusterIp(i));
      all.addAll(workload.endpoints(i, 0));
    }
    assertThat(all).hasSize(400_000);
  }

  @Test
  void roundsChangeOneEndpoint() {
    Workload workload = new Workload(new Size(10, 3), IpFamily.IPV4);
    for (int round = 1; round < 1000; round++) {
      List<IpAddress> changed = workload.endpoints(4, round);
      assertThat(changed.subList(0, 2)).isEqualTo(workload.endpoints(4, 0).subList(0, 2));
      assertThat(changed.get(2)).isNotIn(workload.endpoints(4, round - 1));
      assertThat(workload.pods().contains(changed.get(2))).isTrue();
    }
    ClusterSnapshot before = workload.snapshot();
    assertThat(before.apply(workload.changed(4, 1)).state(workload.name(4)))
        .isNotEqualTo(before.state(workload.name(4)));
    assertThat(before.apply(workload.changed(4, 0)).state(workload.name(4)))
        .isEqualTo(before.state(workload.name(4)));
  }

  @Test
  void doesNotGoBeyondItsRanges() {
    assertThatThrownBy(() -> new Workload(new Size(100_000, 100), IpFamily.IPV4))
        .hasMessageContaining("more endpoints than");
    assertThatThrownBy(() -> new Size(0, 3)).hasMessageContaining("use 1..");
  }

  private static List<ServicePlan> plan(Workload workload, ClusterSnapshot snapshot) {
    return Planner.plan(FamilyPlan.empty(workload.context()), snapshot, workload.context())
        .services()
        .stream()
        .map(entry -> entry.getValue())
        .toList();
  }
}
