package io.pointsman.agent.health;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.JsonText;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.HealthCheck;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.ServicePlan;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What load balancers are told on health check node ports.
 *
 * @param families what each family's kernel was last seen to hold
 */
record HealthChecks(Map<IpFamily, Family> families) {
  static final HealthChecks NONE = new HealthChecks(Map.of());

  /**
   * One family's part.
   *
   * @param addresses where its node ports answer
   * @param services the plan that the rest comes from
   * @param ports the Service that each port belongs to
   */
  record Family(
      NodePortAddresses addresses,
      PersistentMap<ObjectName, ServicePlan> services,
      PersistentMap<Integer, Entry> ports) {
    static final Family NONE =
        new Family(new NodePortAddresses.All(), PersistentMap.empty(), PersistentMap.empty());
  }

  /** A Service and what it is asked. */
  record Entry(ObjectName service, HealthCheck check) {}

  /**
   * A next state.
   *
   * @param checks the state
   * @param touched ports whose sockets may have to change
   */
  record Step(HealthChecks checks, Set<Integer> touched) {}

  HealthChecks {
    families =
        families.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new EnumMap<IpFamily, Family>(families));
  }

  /** The state once the kernel holds this plan. Costs what changed since the plan before. */
  Step after(FamilyPlan plan) {
    IpFamily family = plan.context().family();
    Family before = families.getOrDefault(family, Family.NONE);
    Gather gather = new Gather(before.ports());
    before.services().difference(plan.services(), gather);
    NodePortAddresses addresses = plan.context().nodePortAddresses();
    if (!addresses.equals(before.addresses())) {
      gather.ports.forEach(port -> gather.touched.add(port.getKey()));
    }
    Map<IpFamily, Family> all = new EnumMap<>(IpFamily.class);
    all.putAll(families);
    all.put(family, new Family(addresses, plan.services(), gather.ports));
    return new Step(new HealthChecks(all), gather.touched);
  }

  private static final class Gather implements PersistentMap.Changes<ObjectName, ServicePlan> {
    private final Set<Integer> touched = new TreeSet<>();
    private PersistentMap<Integer, Entry> ports;

    Gather(PersistentMap<Integer, Entry> ports) {
      this.ports = ports;
    }

    @Override
    public void added(ObjectName name, ServicePlan plan) {
      plan.healthCheck()
          .ifPresent(check -> {
            touched.add(check.port());
            ports = ports.with(check.port(), new Entry(name, check));
          });
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      plan.healthCheck()
          .map(HealthCheck::port)
          // The port may already belong to another Service: differences come in any order.
          .filter(port -> ports.get(port).filter(entry -> entry.service().equals(name)).isPresent())
          .ifPresent(port -> {
            touched.add(port);
            ports = ports.without(port);
          });
    }

    @Override
    public void changed(ObjectName name, ServicePlan before, ServicePlan after) {
      if (!before.healthCheck().equals(after.healthCheck())) {
        removed(name, before);
        added(name, after);
      }
    }
  }

  /** The sockets that the port needs. One that has all addresses of IPv6 has those of IPv4 too. */
  Set<ListenOn> sockets(int port) {
    Set<ListenOn> sockets = new java.util.LinkedHashSet<>();
    families.forEach((family, part) -> {
      if (part.ports().containsKey(port)) {
        switch (part.addresses()) {
          case NodePortAddresses.All() ->
              sockets.add(
                  family == IpFamily.IPV4
                      ? new ListenOn.EveryIpv4(port)
                      : new ListenOn.Everywhere(port));
          case NodePortAddresses.Only(var addresses) ->
              addresses.forEach(address -> sockets.add(new ListenOn.Address(address, port)));
        }
      }
    });
    ListenOn everywhere = new ListenOn.Everywhere(port);
    return sockets.contains(everywhere) ? Set.of(everywhere) : sockets;
  }

  /** The Service that is asked for on the port, for messages. */
  Optional<ObjectName> service(int port) {
    return families.values().stream()
        .flatMap(part -> part.ports().get(port).stream())
        .map(Entry::service)
        .findFirst();
  }

  /**
   * The answer, whatever the path and method; empty on an address where node ports do not answer.
   *
   * @param proxyHealthy whether the kernel is up to date
   */
  Optional<HttpAnswer> answer(HttpRequest request, boolean proxyHealthy) {
    Family part = families.getOrDefault(request.local().family(), Family.NONE);
    return answersOn(part.addresses(), request.local())
        ? part.ports().get(request.port()).map(entry -> answer(entry, proxyHealthy))
        : Optional.empty();
  }

  private static boolean answersOn(NodePortAddresses addresses, IpAddress local) {
    return switch (addresses) {
      case NodePortAddresses.All() -> true;
      case NodePortAddresses.Only(var chosen) -> chosen.contains(local);
    };
  }

  private static HttpAnswer answer(Entry entry, boolean proxyHealthy) {
    int count = entry.check().localEndpoints();
    String body =
        """
        {
        \t"service": {
        \t\t"namespace": %s,
        \t\t"name": %s
        \t},
        \t"localEndpoints": %d,
        \t"serviceProxyHealthy": %s
        }\
        """
            .formatted(
                JsonText.quote(entry.service().namespace()),
                JsonText.quote(entry.service().name()),
                count,
                proxyHealthy);
    return HttpAnswer.json(count > 0 && proxyHealthy ? 200 : 503, body)
        .with("X-Load-Balancing-Endpoint-Weight", Integer.toString(count));
  }
}
