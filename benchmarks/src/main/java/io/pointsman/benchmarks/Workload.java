package io.pointsman.benchmarks;

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
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of equal Services with one TCP port each; the same size gives the same objects.
 *
 * <p>ClusterIPs are scattered over their range, as the API server's allocator does. Pods run on
 * {@link #NODES} nodes in turn, the first of which is the one that is programmed.
 */
public record Workload(Size size, IpFamily family) {
  /** The number of ClusterIPs in a range of 20 bits, less the first. */
  public static final int MAX_SERVICES = (1 << 20) - 1;

  public static final int SERVICE_PORT = 80;
  public static final int POD_PORT = 8080;
  public static final int NODES = 100;
  private static final String NAMESPACE = "bench";

  /** What the EndpointSlice controller puts into one slice. */
  private static final int SLICE_SIZE = 100;

  private static final int SERVICE_BITS = 20;
  private static final int POD_BITS = 23;
  private static final int SCATTER = 0x9E375;

  public Workload {
    if (size.total() >= 1L << POD_BITS) {
      throw new IllegalArgumentException(
          size + ": more endpoints than the pods' range of " + POD_BITS + " bits has addresses");
    }
  }

  /** What a proxy on the first node is told before it starts to work. */
  public Stream<ClusterEvent> events() {
    return IntStream.range(0, size.services())
        .boxed()
        .flatMap(i ->
            Stream.concat(
                Stream.of(new ClusterEvent.ServiceSet(service(i))),
                IntStream.range(0, slices())
                    .mapToObj(s -> new ClusterEvent.SliceSet(slice(i, s, 0)))));
  }

  /** The cluster after all {@link #events}. */
  public ClusterSnapshot snapshot() {
    return ClusterSnapshot.empty().apply(events().toList());
  }

  /**
   * The slice of a Service's last endpoint, whose pod was replaced by another.
   *
   * @param i which Service, from 0
   * @param round 0 is the pod of {@link #events}; every other number up to a thousand is another
   */
  public ClusterEvent.SliceSet changed(int i, int round) {
    return new ClusterEvent.SliceSet(slice(i, slices() - 1, round));
  }

  /** The node that is programmed, with pods told by their range. */
  public NodeContext context() {
    boolean v4 = family == IpFamily.IPV4;
    return new NodeContext(
        family,
        node(0),
        "zone-a",
        Optional.empty(),
        new LocalDetector.SourceRange(pods()),
        new NodePortAddresses.All(),
        false,
        false,
        14,
        List.of(Cidr.of(v4 ? "10.96.0.0/12" : "fd00:96::/108")));
  }

  /** The range of all pods. */
  public Cidr pods() {
    return Cidr.of(family == IpFamily.IPV4 ? "10.128.0.0/9" : "fd00:128::/64");
  }

  /** The name of a Service. */
  public ObjectName name(int i) {
    return new ObjectName(NAMESPACE, "service-" + i);
  }

  /** The ClusterIP of a Service: a permutation of the range, for it may hold each just once. */
  public IpAddress clusterIp(int i) {
    int scattered = i + 1;
    for (int pass = 0; pass < 2; pass++) {
      scattered = scattered * SCATTER & MAX_SERVICES;
      scattered ^= scattered >>> (SERVICE_BITS / 2);
    }
    return address("10.96.0.0", "fd00:96::", scattered);
  }

  /** The endpoints of a Service, all but the last the same in every round. */
  public List<IpAddress> endpoints(int i, int round) {
    return IntStream.range(0, size.endpoints()).mapToObj(e -> pod(i, e, round)).toList();
  }

  /** Whether the endpoint's pod runs on the node that is programmed. */
  public boolean isLocal(int i, int endpoint) {
    return number(i, endpoint) % NODES == 0;
  }

  private IpAddress pod(int i, int endpoint, int round) {
    int free = (1 << POD_BITS) - (int) size.total();
    boolean replaced = round > 0 && endpoint == size.endpoints() - 1;
    int number =
        replaced ? (int) size.total() + Math.floorMod(i * 1009 + round, free) : number(i, endpoint);
    return address("10.128.0.0", "fd00:128::", number);
  }

  private int number(int i, int endpoint) {
    return i * size.endpoints() + endpoint;
  }

  private static String node(int number) {
    return "node-" + number;
  }

  private IpAddress address(String v4, String v6, int host) {
    byte[] bytes = IpAddress.of(family == IpFamily.IPV4 ? v4 : v6).bytes();
    int end = bytes.length - 1;
    bytes[end] |= (byte) host;
    bytes[end - 1] |= (byte) (host >>> 8);
    bytes[end - 2] |= (byte) (host >>> 16);
    return IpAddress.ofBytes(bytes);
  }

  private int slices() {
    return (size.endpoints() + SLICE_SIZE - 1) / SLICE_SIZE;
  }

  private Service service(int i) {
    return new Service(
        name(i),
        Instant.EPOCH,
        ServiceType.CLUSTER_IP,
        List.of(clusterIp(i).toString()),
        List.of(family),
        List.of(new Service.Port("http", Protocol.TCP, SERVICE_PORT, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        0,
        0);
  }

  private EndpointSlice slice(int i, int slice, int round) {
    List<Endpoint> endpoints = new ArrayList<>();
    int end = Math.min(size.endpoints(), (slice + 1) * SLICE_SIZE);
    for (int e = slice * SLICE_SIZE; e < end; e++) {
      endpoints.add(Endpoint.ready(pod(i, e, round).toString(), node(number(i, e) % NODES)));
    }
    return new EndpointSlice(
        new ObjectName(NAMESPACE, name(i).name() + "-" + slice),
        name(i),
        family,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, POD_PORT)),
        endpoints,
        Optional.empty());
  }
}
