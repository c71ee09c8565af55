package io.pointsman.flows;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A cluster that a test changes event by event, and the words for its flows. */
final class FlowWorld {
  static final Set<Protocol> UDP = Set.of(Protocol.UDP);
  static final IpAddress NODE = IpAddress.of("172.29.0.11");
  static final ObjectName DNS = new ObjectName("kube-system", "dns");

  private ClusterSnapshot snapshot = ClusterSnapshot.empty();
  private FamilyPlan plan = FamilyPlan.empty(Contexts.of(IpFamily.IPV4));

  FamilyPlan plan() {
    return plan;
  }

  FamilyPlan after(ClusterEvent... events) {
    return after(plan.context(), events);
  }

  FamilyPlan after(NodeContext context, ClusterEvent... events) {
    for (ClusterEvent event : events) {
      snapshot = snapshot.apply(event);
    }
    plan = Planner.plan(plan, snapshot, context);
    return plan;
  }

  /** Service {@link #DNS} with ClusterIP 10.96.0.10, external IP 192.0.2.1 and node port 30053. */
  static ClusterEvent dns() {
    return service(DNS, "10.96.0.10", "192.0.2.1", 30053);
  }

  static ClusterEvent service(ObjectName name, String clusterIp, String externalIp, int nodePort) {
    return service(name, clusterIp, externalIp, 53, nodePort);
  }

  static ClusterEvent service(
      ObjectName name, String clusterIp, String externalIp, int port, int nodePort) {
    return new ClusterEvent.ServiceSet(
        new Service(
            name,
            Instant.EPOCH,
            ServiceType.NODE_PORT,
            List.of(clusterIp),
            List.of(IpFamily.IPV4),
            List.of(
                new Service.Port("dns", Protocol.UDP, port, nodePort),
                new Service.Port("tcp", Protocol.TCP, port, nodePort)),
            List.of(externalIp),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0));
  }

  static ClusterEvent slice(int port, String... addresses) {
    return slice(port, Stream.of(addresses).map(one -> Endpoint.ready(one, "")).toList());
  }

  static ClusterEvent slice(int port, List<Endpoint> endpoints) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName(DNS.namespace(), "dns-1"),
            DNS,
            IpFamily.IPV4,
            List.of(
                new EndpointSlice.Port("dns", Protocol.UDP, port),
                new EndpointSlice.Port("tcp", Protocol.TCP, port)),
            endpoints,
            Optional.empty()));
  }

  static Endpoint endpoint(String address, boolean ready, boolean serving, boolean terminating) {
    return new Endpoint(address, ready, serving, terminating, "", List.of(), List.of());
  }

  static TrackedFlow translated(String destination, int port, String peer, int peerPort) {
    return new TrackedFlow(
        Protocol.UDP,
        IpAddress.of(destination),
        port,
        new Peer(IpAddress.of(peer), peerPort),
        true);
  }

  static TrackedFlow direct(String destination, int port) {
    IpAddress address = IpAddress.of(destination);
    return new TrackedFlow(Protocol.UDP, address, port, new Peer(address, port), false);
  }
}
