package io.pointsman.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final List<EndpointSlice.Port> TWO_PORTS =
      List.of(
          new EndpointSlice.Port("a", Protocol.TCP, 8080),
          new EndpointSlice.Port("b", Protocol.TCP, 8081));

  private static Service service(ObjectName name, int second, ServiceType type, int healthPort) {
    return new Service(
        name,
        Instant.ofEpochSecond(second),
        type,
        List.of("10.96.0." + (1 + second)),
        List.of(IpFamily.IPV4),
        List.of(new Service.Port("a", Protocol.TCP, 80, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.LOCAL,
        0,
        healthPort);
  }

  private static EndpointSlice slice(String name, IpFamily family, Endpoint... endpoints) {
    return new EndpointSlice(
        new ObjectName("default", name),
        WEB,
        family,
        TWO_PORTS,
        List.of(endpoints),
        Optional.empty());
  }

  private static Endpoint local(String address, boolean ready, boolean terminating) {
    return new Endpoint(
        address, ready, true, terminating, RandomCluster.NODE, List.of(), List.of());
  }

  private static FamilyPlan plan(IpFamily family, ClusterEvent... events) {
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (ClusterEvent event : events) {
      snapshot = snapshot.apply(event);
    }
    NodeContext context = Contexts.of(family);
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  private static Optional<HealthCheck> check(FamilyPlan plan, ObjectName name) {
    return plan.services().get(name).flatMap(ServicePlan::healthCheck);
  }

  @Test
  void countsEachReadyLocalAddressOnceOverAllPorts() {
    FamilyPlan plan =
        plan(
            IpFamily.IPV4,
            new ClusterEvent.ServiceSet(service(WEB, 0, ServiceType.LOAD_BALANCER, 30100)),
            new ClusterEvent.SliceSet(
                slice(
                    "web-1",
                    IpFamily.IPV4,
                    local("10.244.1.1", true, false),
                    local("10.244.1.2", true, true),
                    local("10.244.1.3", false, true),
                    local("10.244.1.4", false, false),
                    Endpoint.ready("10.244.2.1", "node-b"))),
            new ClusterEvent.SliceSet(
                slice("web-2", IpFamily.IPV4, local("10.244.1.1", true, false))),
            new ClusterEvent.SliceSet(
                slice("web-6", IpFamily.IPV6, local("fd00:244::1", true, false))));
    assertThat(check(plan, WEB)).contains(new HealthCheck(30100, 2));
  }

  @Test
  void aServiceWithoutEndpointsOrInOneFamilyOnlyIsAskedWhereItIs() {
    ClusterEvent set =
        new ClusterEvent.ServiceSet(service(WEB, 0, ServiceType.LOAD_BALANCER, 30100));
    assertThat(check(plan(IpFamily.IPV4, set), WEB)).contains(new HealthCheck(30100, 0));
    assertThat(check(plan(IpFamily.IPV6, set), WEB)).isEmpty();
  }

  @Test
  void onlyLoadBalancersWithAPortInRangeAreAsked() {
    assertThat(
            check(
                plan(
                    IpFamily.IPV4,
                    new ClusterEvent.ServiceSet(service(WEB, 0, ServiceType.NODE_PORT, 30100))),
                WEB))
        .isEmpty();
    FamilyPlan outside =
        plan(
            IpFamily.IPV4,
            new ClusterEvent.ServiceSet(service(WEB, 0, ServiceType.LOAD_BALANCER, 10256)));
    assertThat(check(outside, WEB)).isEmpty();
    assertThat(outside.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Service default/web: healthCheckNodePort 10256 is outside 30000-32767");
  }

  @Test
  void theElderServiceKeepsThePort() {
    ObjectName young = new ObjectName("default", "a-young");
    FamilyPlan plan =
        plan(
            IpFamily.IPV4,
            new ClusterEvent.ServiceSet(service(young, 7, ServiceType.LOAD_BALANCER, 30100)),
            new ClusterEvent.ServiceSet(service(WEB, 0, ServiceType.LOAD_BALANCER, 30100)));
    assertThat(check(plan, WEB)).isPresent();
    assertThat(check(plan, young)).isEmpty();
    assertThat(plan.diagnostics())
        .singleElement()
        .asString()
        .isEqualTo(
            "Service default/a-young: its health check node port 30100/tcp already belongs to"
                + " Service default/web:healthCheckNodePort; it is not programmed for this one");
  }
}
