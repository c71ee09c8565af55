package io.pointsman.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServicePortName;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AffinityGroupTest {
  private static final NodeContext CONTEXT = Contexts.of(IpFamily.IPV4);

  private static ServicePortName port(String service) {
    return new ServicePortName(new ObjectName("default", service), "p", Protocol.TCP);
  }

  /** Two names with one number: among a hundred thousand there are some. */
  private static List<String> twins() {
    Map<AffinityGroup, String> seen = new HashMap<>();
    for (int i = 0; i < 1_000_000; i++) {
      // Ends that differ in many bits: CRCs of near texts are never equal.
      String name = "svc-" + Integer.toString(i * 0x9E3779B1, 36) + "-" + Integer.toString(i, 7);
      String twin = seen.put(AffinityGroup.of(port(name)), name);
      if (twin != null) {
        return List.of(twin, name);
      }
    }
    throw new AssertionError("no two names with one number");
  }

  private static ClusterSnapshot with(ClusterSnapshot snapshot, String name, int age, int seconds) {
    return snapshot.apply(
        new ClusterEvent.ServiceSet(
            new Service(
                new ObjectName("default", name),
                Instant.ofEpochSecond(1000 - age),
                ServiceType.CLUSTER_IP,
                List.of("10.96.0." + (100 + age)),
                List.of(IpFamily.IPV4),
                List.of(new Service.Port("p", Protocol.TCP, 80, 0)),
                List.of(),
                List.of(),
                List.of(),
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                seconds,
                0)));
  }

  private static int seconds(FamilyPlan plan, String name) {
    return plan.services()
        .get(new ObjectName("default", name))
        .orElseThrow()
        .ports()
        .getFirst()
        .affinitySeconds();
  }

  @Test
  void theElderOfTwoWithOneNumberKeepsItsClientsAndTheOtherIsTold() {
    String elder = twins().getFirst();
    String younger = twins().getLast();
    ClusterSnapshot alone = with(ClusterSnapshot.empty(), younger, 1, 60);
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(CONTEXT), alone, CONTEXT);
    assertThat(seconds(plan, younger)).isEqualTo(60);

    ClusterSnapshot both = with(alone, elder, 2, 60);
    plan = Planner.plan(plan, both, CONTEXT);
    assertThat(seconds(plan, elder)).isEqualTo(60);
    assertThat(seconds(plan, younger)).isZero();
    assertThat(plan.diagnostics())
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(diagnostic.object()).isEqualTo("Service default/" + younger);
          assertThat(diagnostic.problem()).contains(elder).contains("session affinity is off");
        });

    plan = Planner.plan(plan, with(both, elder, 2, 0), CONTEXT);
    assertThat(seconds(plan, younger)).isEqualTo(60);
    assertThat(plan.diagnostics()).isEmpty();
  }

  @Test
  void numbersAreEvenAndFollowFromTheNameAlone() {
    for (int i = 0; i < 1000; i++) {
      int number = AffinityGroup.of(port("svc-" + i)).number();
      assertThat(number).isNotZero().isEven();
    }
    assertThat(AffinityGroup.of(port("web"))).isEqualTo(AffinityGroup.of(port("web")));
    assertThat(AffinityGroup.of(port("web")))
        .isNotEqualTo(
            AffinityGroup.of(
                new ServicePortName(new ObjectName("default", "web"), "p", Protocol.UDP)));
  }
}
