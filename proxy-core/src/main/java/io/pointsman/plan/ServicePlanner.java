package io.pointsman.plan;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServicePortName;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ServiceState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Plans one Service by itself: every destination it asks for, as if it were alone in the cluster.
 */
final class ServicePlanner {
  /** The API server's default for {@code --service-node-port-range}. */
  private static final int FIRST_NODE_PORT = 30000;

  private static final int LAST_NODE_PORT = 32767;

  /** The API's bounds of {@code sessionAffinityConfig.clientIP.timeoutSeconds}. */
  private static final int MAX_AFFINITY_SECONDS = 86400;

  private final NodeContext context;
  private final EndpointSelector selector;
  private final CandidateFinder finder;

  ServicePlanner(NodeContext context) {
    this.context = context;
    this.selector = new EndpointSelector(context.nodeName(), context.zone());
    this.finder = new CandidateFinder(context.family(), context.nodeName());
  }

  /** The plan for what is known under one Service name, or empty when this family has no part. */
  Optional<ServicePlan> plan(ObjectName name, ServiceState state) {
    if (state.service().isEmpty()) {
      return orphaned(name, state);
    }
    Service service = state.service().get();
    if (service.type() == ServiceType.EXTERNAL_NAME) {
      return Optional.empty();
    }
    Set<Diagnostic> problems = new LinkedHashSet<>();
    List<PortPlan> ports = new ArrayList<>(service.ports().size());
    Optional<IpAddress> clusterIp = clusterIp(service, problems);
    if (clusterIp.isPresent()) {
      for (Service.Port port : service.ports()) {
        ports.add(portPlan(service, port, clusterIp.get(), state.slices(), problems));
      }
    }
    Optional<HealthCheck> healthCheck =
        clusterIp.flatMap(known -> healthCheck(service, state.slices(), problems));
    return ports.isEmpty() && problems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ServicePlan(name, service.created(), ports, healthCheck, List.copyOf(problems)));
  }

  private Optional<ServicePlan> orphaned(ObjectName name, ServiceState state) {
    List<Diagnostic> problems =
        state.slices().stream()
            .filter(slice -> slice.family() == context.family())
            .map(slice ->
                new Diagnostic(
                    "EndpointSlice " + slice.name(),
                    "its label kubernetes.io/service-name names Service "
                        + name
                        + ", which does not exist or has no cluster IP; nothing is programmed"
                        + " for it"))
            .toList();
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ServicePlan(name, java.time.Instant.EPOCH, List.of(), Optional.empty(), problems));
  }

  private Optional<HealthCheck> healthCheck(
      Service service, List<EndpointSlice> slices, Set<Diagnostic> problems) {
    int port = service.healthCheckNodePort();
    if (port == 0
        || service.type() != ServiceType.LOAD_BALANCER
        || service.externalTrafficPolicy() != TrafficPolicy.LOCAL) {
      return Optional.empty();
    }
    if (port < FIRST_NODE_PORT || port > LAST_NODE_PORT) {
      problems.add(
          problem(
              service,
              "healthCheckNodePort "
                  + port
                  + " is outside "
                  + FIRST_NODE_PORT
                  + "-"
                  + LAST_NODE_PORT
                  + "; load balancers cannot ask for its health"));
      return Optional.empty();
    }
    return Optional.of(new HealthCheck(port, finder.readyHere(service.name(), slices).size()));
  }

  private Optional<IpAddress> clusterIp(Service service, Set<Diagnostic> problems) {
    List<IpFamily> families = service.ipFamilies();
    for (int i = 0; i < service.clusterIps().size(); i++) {
      String text = service.clusterIps().get(i);
      Optional<IpAddress> address = IpAddress.parse(text);
      if (address.isEmpty()) {
        boolean reported =
            i < families.size()
                ? families.get(i) == context.family()
                : (text.indexOf(':') >= 0) == (context.family() == IpFamily.IPV6);
        if (reported) {
          problems.add(
              problem(
                  service,
                  "spec.clusterIPs[" + i + "] '" + text + "' is not an IP address; it is ignored"));
        }
      } else if (address.get().family() == context.family()) {
        return address;
      }
    }
    return Optional.empty();
  }

  private PortPlan portPlan(
      Service service,
      Service.Port port,
      IpAddress clusterIp,
      List<EndpointSlice> slices,
      Set<Diagnostic> problems) {
    ServicePortName name = new ServicePortName(service.name(), port.name(), port.protocol());
    List<Frontend> frontends = frontends(service, port, clusterIp, problems);
    boolean externallyAccessible = frontends.size() > 1;
    boolean internalLocal = service.internalTrafficPolicy() == TrafficPolicy.LOCAL;
    boolean externalLocal =
        service.externalTrafficPolicy() == TrafficPolicy.LOCAL
            && (service.type() != ServiceType.CLUSTER_IP || !service.externalIps().isEmpty());
    List<Candidate> candidates = finder.find(slices, name, problems::add);
    Selection selection =
        selector.select(
            candidates,
            !internalLocal || externallyAccessible,
            internalLocal || (externalLocal && externallyAccessible));
    return new PortPlan(
        name,
        frontends,
        internal(selection, internalLocal),
        external(selection, externalLocal),
        affinity(service, problems),
        sourceRanges(service, problems),
        selection.reachable());
  }

  private static Route internal(Selection selection, boolean local) {
    List<Target> targets = local ? selection.local() : selection.cluster();
    if (!selection.anyUsable()) {
      return new Route.Reject();
    }
    return targets.isEmpty() ? new Route.Drop() : new Route.Internal(targets);
  }

  private static Route external(Selection selection, boolean local) {
    if (!selection.anyUsable()) {
      return new Route.Reject();
    }
    if (local) {
      return new Route.ExternalLocal(selection.cluster(), selection.local());
    }
    return selection.cluster().isEmpty()
        ? new Route.Drop()
        : new Route.External(selection.cluster());
  }

  private List<Frontend> frontends(
      Service service, Service.Port port, IpAddress clusterIp, Set<Diagnostic> problems) {
    Set<Frontend> frontends = new TreeSet<>();
    frontends.add(virtual(Frontend.Kind.CLUSTER_IP, clusterIp, port));
    for (IpAddress address :
        addresses(service, "spec.externalIPs", service.externalIps(), problems)) {
      frontends.add(virtual(Frontend.Kind.EXTERNAL_IP, address, port));
    }
    for (IpAddress address :
        addresses(service, "status.loadBalancer.ingress", service.loadBalancerIps(), problems)) {
      frontends.add(virtual(Frontend.Kind.LOAD_BALANCER, address, port));
    }
    if (port.nodePort() != 0) {
      if (port.nodePort() < FIRST_NODE_PORT || port.nodePort() > LAST_NODE_PORT) {
        problems.add(
            problem(
                service,
                "nodePort "
                    + port.nodePort()
                    + " of port "
                    + port.port()
                    + " is outside "
                    + FIRST_NODE_PORT
                    + "-"
                    + LAST_NODE_PORT
                    + "; this node port is not opened"));
      } else {
        frontends.add(
            new Frontend(
                Frontend.Kind.NODE_PORT,
                new Destination.NodePort(port.protocol(), port.nodePort())));
      }
    }
    return distinct(frontends);
  }

  /**
   * One frontend a destination: an external IP may well be the load balancer's address too, and is
   * then held to the source ranges.
   */
  private static List<Frontend> distinct(Set<Frontend> frontends) {
    if (frontends.size() == 1) {
      return List.copyOf(frontends);
    }
    Map<Destination, Frontend> distinct = new TreeMap<>();
    for (Frontend frontend : frontends) {
      distinct.merge(
          frontend.destination(),
          frontend,
          (first, other) -> first.kind() == Frontend.Kind.CLUSTER_IP ? first : other);
    }
    return distinct.values().stream().sorted().toList();
  }

  private static Frontend virtual(Frontend.Kind kind, IpAddress address, Service.Port port) {
    return new Frontend(kind, new Destination.Virtual(address, port.protocol(), port.port()));
  }

  private List<IpAddress> addresses(
      Service service, String field, List<String> texts, Set<Diagnostic> problems) {
    List<IpAddress> addresses = new ArrayList<>(texts.size());
    for (String text : texts) {
      Optional<IpAddress> address = IpAddress.parse(text.strip());
      if (address.isEmpty()) {
        problems.add(
            problem(service, field + " '" + text + "' is not an IP address; it is ignored"));
      } else if (address.get().family() == context.family()) {
        addresses.add(address.get());
      }
    }
    return addresses;
  }

  /** Ranges of this family; a range that holds every address lifts the restriction. */
  private List<Cidr> sourceRanges(Service service, Set<Diagnostic> problems) {
    Set<Cidr> ranges = new TreeSet<>();
    for (String text : service.loadBalancerSourceRanges()) {
      Optional<Cidr> range = Cidr.parse(text.strip());
      if (range.isEmpty()) {
        problems.add(
            problem(
                service,
                "spec.loadBalancerSourceRanges '"
                    + text
                    + "' is not a CIDR (ADDRESS/LENGTH); it is ignored"));
      } else if (range.get().family() == context.family()) {
        if (range.get().prefixLength() == 0) {
          return List.of();
        }
        ranges.add(range.get());
      }
    }
    return List.copyOf(ranges);
  }

  private int affinity(Service service, Set<Diagnostic> problems) {
    int seconds = service.clientIpAffinitySeconds();
    if (seconds < 0 || seconds > MAX_AFFINITY_SECONDS) {
      problems.add(
          problem(
              service,
              "spec.sessionAffinityConfig.clientIP.timeoutSeconds "
                  + (seconds < 0 ? "below 1" : seconds)
                  + " is outside 1-"
                  + MAX_AFFINITY_SECONDS
                  + "; session affinity is off"));
      return 0;
    }
    return seconds;
  }

  private static Diagnostic problem(Service service, String text) {
    return new Diagnostic("Service " + service.name(), text);
  }
}
