package io.pointsman.testing;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Random events over a small world, so that names, addresses and ports collide often. The same seed
 * gives the same events.
 */
public final class RandomCluster {
  /** The node from which the cluster is seen. */
  public static final String NODE = "node-a";

  private static final int SERVICES = 12;
  private final Random random;

  public RandomCluster(long seed) {
    this.random = new Random(seed);
  }

  /** The next event. */
  public ClusterEvent next() {
    return switch (random.nextInt(10)) {
      case 0 -> new ClusterEvent.ServiceGone(serviceName());
      case 1 -> new ClusterEvent.SliceGone(sliceName());
      case 2, 3, 4 -> new ClusterEvent.ServiceSet(service());
      default -> new ClusterEvent.SliceSet(slice());
    };
  }

  private ObjectName serviceName() {
    return new ObjectName("default", "svc-" + random.nextInt(SERVICES));
  }

  private ObjectName sliceName() {
    return new ObjectName("default", "slice-" + random.nextInt(2 * SERVICES));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private Service service() {
    int id = random.nextInt(SERVICES);
    int address = oneIn(8) ? random.nextInt(SERVICES) : id;
    List<Service.Port> ports = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      int nodePort = oneIn(3) ? 30000 + random.nextInt(6) : oneIn(40) ? 80 : 0;
      ports.add(new Service.Port("p" + i, protocol(), 80 + random.nextInt(3), nodePort));
    }
    return new Service(
        new ObjectName("default", "svc-" + id),
        Instant.ofEpochSecond(random.nextInt(3)),
        oneIn(30) ? ServiceType.EXTERNAL_NAME : ServiceType.LOAD_BALANCER,
        List.of(oneIn(30) ? "bad" : "10.96.0." + address, "fd00:96::" + address),
        List.of(IpFamily.IPV4, IpFamily.IPV6),
        ports,
        oneIn(4)
            ? List.of("192.0.2." + random.nextInt(3), "2001:db8::" + random.nextInt(3))
            : List.of(),
        oneIn(4)
            ? List.of("198.51.100." + random.nextInt(3), "2001:db8:1::" + random.nextInt(3))
            : List.of(),
        oneIn(4) ? sourceRanges() : List.of(),
        policy(),
        policy(),
        oneIn(4) ? oneIn(2) ? 10800 : 60 : 0,
        oneIn(2) ? 30000 + random.nextInt(6) : 0);
  }

  /** Some hold the node's own address, some a pod's, some a client's. */
  private List<String> sourceRanges() {
    return oneIn(2)
        ? List.of("172.29.0.0/24", "fd00:29::/64")
        : List.of("10.244.0." + 4 * random.nextInt(3) + "/30", "fd00:244::/125");
  }

  private Protocol protocol() {
    return oneIn(4) ? oneIn(2) ? Protocol.SCTP : Protocol.UDP : Protocol.TCP;
  }

  private TrafficPolicy policy() {
    return oneIn(3) ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
  }

  private EndpointSlice slice() {
    boolean v6 = oneIn(2);
    List<EndpointSlice.Port> ports = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ports.add(new EndpointSlice.Port("p" + i, protocol(), 8080 + i));
    }
    List<Endpoint> endpoints = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      endpoints.add(endpoint(v6));
    }
    return new EndpointSlice(
        sliceName(),
        serviceName(),
        v6 ? IpFamily.IPV6 : IpFamily.IPV4,
        ports,
        endpoints,
        Optional.empty());
  }

  private Endpoint endpoint(boolean v6) {
    int host = 1 + random.nextInt(9);
    boolean terminating = oneIn(4);
    return new Endpoint(
        (v6 ? "fd00:244::" : "10.244.0.") + (oneIn(50) ? "x" : host),
        !terminating && !oneIn(4),
        !oneIn(4),
        terminating,
        host % 2 == 0 ? NODE : "node-b",
        oneIn(2) ? List.of("zone-" + random.nextInt(2)) : List.of(),
        oneIn(6) ? List.of(NODE) : List.of());
  }
}
