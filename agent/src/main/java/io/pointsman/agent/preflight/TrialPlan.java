package io.pointsman.agent.preflight;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A plan with all that a plan can ask of a kernel. */
final class TrialPlan {
  private static final String NODE = "trial";
  private static final int AFFINITY_SECONDS = 10_800;

  private TrialPlan() {}

  static FamilyPlan of(IpFamily family) {
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (ClusterEvent event : events(family)) {
      snapshot = snapshot.apply(event);
    }
    NodeContext context =
        new NodeContext(
            family,
            NODE,
            "",
            Optional.of(IpAddress.of(text(family, 1, 1))),
            new LocalDetector.SourceRange(range(family, 2)),
            new NodePortAddresses.All(),
            true,
            false,
            14,
            List.of(range(family, 3)));
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  private static List<ClusterEvent> events(IpFamily family) {
    ObjectName web = new ObjectName(NODE, "web");
    return List.of(
        new ClusterEvent.ServiceSet(service(web, family, 10)),
        new ClusterEvent.ServiceSet(service(new ObjectName(NODE, "empty"), family, 20)),
        new ClusterEvent.SliceSet(
            new EndpointSlice(
                new ObjectName(NODE, "web-1"),
                web,
                family,
                ports().stream()
                    .map(port -> new EndpointSlice.Port(port.name(), port.protocol(), 8080))
                    .toList(),
                List.of(
                    Endpoint.ready(text(family, 2, 11), NODE),
                    Endpoint.ready(text(family, 2, 12), "other")),
                Optional.empty())));
  }

  private static List<Service.Port> ports() {
    return List.of(
        new Service.Port("tcp", Protocol.TCP, 80, 0),
        new Service.Port("udp", Protocol.UDP, 80, 0),
        new Service.Port("sctp", Protocol.SCTP, 80, 0));
  }

  private static Service service(ObjectName name, IpFamily family, int number) {
    return new Service(
        name,
        Instant.EPOCH,
        ServiceType.LOAD_BALANCER,
        List.of(text(family, 3, number)),
        List.of(family),
        ports().stream()
            .map(port ->
                new Service.Port(
                    port.name(),
                    port.protocol(),
                    port.port(),
                    30_000 + number + port.protocol().number()))
            .toList(),
        List.of(text(family, 4, number)),
        List.of(text(family, 5, number)),
        List.of(range(family, 1).toString()),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.LOCAL,
        AFFINITY_SECONDS,
        31_000 + number);
  }

  /** Address {@code number} of network {@code network} of the ranges for documents. */
  private static String text(IpFamily family, int network, int number) {
    return family == IpFamily.IPV4
        ? "198.18." + network + "." + number
        : "2001:db8:" + network + "::" + number;
  }

  private static Cidr range(IpFamily family, int network) {
    return Cidr.of(
        family == IpFamily.IPV4 ? "198.18." + network + ".0/24" : "2001:db8:" + network + "::/64");
  }
}
