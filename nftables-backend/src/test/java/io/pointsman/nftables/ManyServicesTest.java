package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Ten thousand Services with three endpoints each, programmed and changed; prints the times. */
class ManyServicesTest {
  private static final int SERVICES = 10_000;

  @Test
  void tenThousandServicesAndOneChange() throws Exception {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
          Assumptions.abort(reason);
        });
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = new NftablesBackend().open(IpFamily.IPV4)) {
          measure(dataplane);
        }
        return true;
      });
    }
  }

  private static void measure(Dataplane dataplane) throws Exception {
    NodeContext context = Contexts.of(IpFamily.IPV4);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < SERVICES; i++) {
      snapshot = snapshot.apply(new ClusterEvent.ServiceSet(service(i)));
      snapshot = snapshot.apply(new ClusterEvent.SliceSet(slice(i, 0)));
    }
    long start = System.nanoTime();
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    long planned = System.nanoTime();
    CommitResult first = dataplane.commit(plan);
    long committed = System.nanoTime();
    assertThat(first).isInstanceOf(CommitResult.Committed.class);

    long[] changes = new long[200];
    for (int i = 0; i < changes.length; i++) {
      int service = (i * 37) % SERVICES;
      long before = System.nanoTime();
      snapshot = snapshot.apply(new ClusterEvent.SliceSet(slice(service, 1 + i)));
      plan = Planner.plan(plan, snapshot, context);
      assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
      changes[i] = System.nanoTime() - before;
    }
    assertThat(dataplane.drift()).isEmpty();
    java.util.Arrays.sort(changes);
    System.out.printf(
        "%d Services x 3 endpoints, nftables: plan %.0f ms, compile and commit %.0f ms;"
            + " one endpoint changed: median %.2f ms, worst of %d %.2f ms%n",
        SERVICES,
        (planned - start) / 1e6,
        (committed - planned) / 1e6,
        changes[changes.length / 2] / 1e6,
        changes.length,
        changes[changes.length - 1] / 1e6);
  }

  static Service service(int i) {
    return new Service(
        new ObjectName("default", "svc-" + i),
        Instant.EPOCH,
        ServiceType.CLUSTER_IP,
        List.of("10.96." + (i >> 8) + "." + (i & 255)),
        List.of(IpFamily.IPV4),
        List.of(new Service.Port("http", Protocol.TCP, 80, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        0,
        0);
  }

  static EndpointSlice slice(int i, int round) {
    String prefix = "10.244." + (i >> 6 & 255) + ".";
    int host = (i & 63) * 3 + 1;
    return new EndpointSlice(
        new ObjectName("default", "svc-" + i + "-1"),
        new ObjectName("default", "svc-" + i),
        IpFamily.IPV4,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        List.of(
            Endpoint.ready(prefix + host, "node-b"),
            Endpoint.ready(prefix + (host + 1), "node-b"),
            Endpoint.ready("10.245." + (round >> 8) + "." + (round & 255), "node-b")),
        Optional.empty());
  }
}
