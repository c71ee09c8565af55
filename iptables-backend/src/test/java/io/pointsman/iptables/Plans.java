package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.HealthCheck;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.plan.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Plans for tests, written down or drawn at random. */
final class Plans {
  private Plans() {}

  static NodeContext context(IpFamily family) {
    boolean v4 = family == IpFamily.IPV4;
    return new NodeContext(
        family,
        "node-1",
        "",
        Optional.of(IpAddress.of(v4 ? "192.0.2.1" : "2001:db8::1")),
        new LocalDetector.SourceRange(Cidr.of(v4 ? "10.244.0.0/16" : "fd00:244::/56")),
        new NodePortAddresses.All(),
        v4,
        false,
        14,
        List.of());
  }

  static FamilyPlan plan(NodeContext context, ServicePlan... services) {
    FamilyPlan plan = FamilyPlan.empty(context);
    for (ServicePlan service : services) {
      plan = with(plan, service);
    }
    return plan;
  }

  static FamilyPlan with(FamilyPlan plan, ServicePlan service) {
    return withServices(plan, plan.services().with(service.service(), service));
  }

  static FamilyPlan without(FamilyPlan plan, ObjectName service) {
    return withServices(plan, plan.services().without(service));
  }

  private static FamilyPlan withServices(
      FamilyPlan plan, PersistentMap<ObjectName, ServicePlan> services) {
    return new FamilyPlan(plan.context(), services, plan.inputs(), plan.wishes(), plan.claims());
  }

  static ServicePlan service(PortPlan port) {
    return new ServicePlan(
        port.name().service(), Instant.EPOCH, List.of(port), Optional.empty(), List.of());
  }

  static ServicePlan withHealthCheck(ServicePlan service, int port) {
    return new ServicePlan(
        service.service(),
        service.created(),
        service.ports(),
        Optional.of(new HealthCheck(port, 1)),
        service.diagnostics());
  }

  static Target target(IpFamily family, int number, int port) {
    return new Target(address(family, "10.244.0.0", "fd00:244::", number), port, number % 2 == 0);
  }

  static IpAddress address(IpFamily family, String v4, String v6, int offset) {
    byte[] bytes = IpAddress.of(family == IpFamily.IPV4 ? v4 : v6).bytes();
    int rest = offset;
    for (int i = bytes.length - 1; rest > 0; i--) {
      int sum = (bytes[i] & 0xff) + (rest & 0xff);
      bytes[i] = (byte) sum;
      rest = (rest >>> 8) + (sum >>> 8);
    }
    return IpAddress.ofBytes(bytes);
  }

  static Frontend clusterIp(IpAddress address, Protocol protocol, int port) {
    return new Frontend(Frontend.Kind.CLUSTER_IP, new Destination.Virtual(address, protocol, port));
  }

  /** Service number {@code n}: its own address, and a shape drawn at random. */
  static ServicePlan random(IpFamily family, int n, RandomGenerator random) {
    Protocol protocol = List.of(Protocol.values()).get(random.nextInt(3));
    ObjectName service = new ObjectName("ns-" + n % 3, "svc-" + n);
    ServicePortName name =
        new ServicePortName(service, random.nextBoolean() ? "http" : "", protocol);
    List<Frontend> frontends = new ArrayList<>();
    IpAddress ip = address(family, "10.96.0.0", "fd00:96::", n * 7);
    frontends.add(clusterIp(ip, protocol, 80));
    if (random.nextInt(3) == 0) {
      // One address for many Services: told apart by port alone.
      frontends.add(
          new Frontend(
              Frontend.Kind.EXTERNAL_IP,
              new Destination.Virtual(
                  address(family, "198.51.100.1", "2001:db8:51::1", 0), protocol, 1000 + n)));
    }
    if (random.nextInt(3) == 0) {
      frontends.add(
          new Frontend(
              Frontend.Kind.LOAD_BALANCER,
              new Destination.Virtual(
                  address(family, "203.0.113.0", "2001:db8:113::", n), protocol, 443)));
    }
    if (random.nextInt(3) == 0) {
      frontends.add(
          new Frontend(Frontend.Kind.NODE_PORT, new Destination.NodePort(protocol, 30000 + n)));
    }
    List<Target> cluster = targets(family, random, random.nextInt(5));
    List<Target> local = cluster.stream().filter(Target::local).toList();
    Route internal = cluster.isEmpty() ? new Route.Reject() : new Route.Internal(cluster);
    Route external =
        cluster.isEmpty()
            ? new Route.Reject()
            : random.nextBoolean()
                ? new Route.External(cluster)
                : new Route.ExternalLocal(cluster, local);
    if (!cluster.isEmpty() && random.nextInt(4) == 0) {
      internal = local.isEmpty() ? new Route.Drop() : new Route.Internal(local);
    }
    List<Cidr> ranges =
        random.nextInt(3) == 0
            ? List.of(Cidr.of(family == IpFamily.IPV4 ? "192.0.2.0/24" : "2001:db8::/64"))
            : List.of();
    int affinity = random.nextInt(3) == 0 ? 10800 : 0;
    ServicePlan plan =
        service(new PortPlan(name, frontends, internal, external, affinity, ranges, cluster));
    return random.nextInt(3) == 0 ? withHealthCheck(plan, 40000 + n) : plan;
  }

  private static List<Target> targets(IpFamily family, RandomGenerator random, int count) {
    return random
        .ints(1, 5000)
        .distinct()
        .limit(count)
        .sorted()
        .mapToObj(number -> target(family, number, 8080))
        .toList();
  }
}
