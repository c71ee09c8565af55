package io.pointsman.flows;

import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Claimants;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodePortAddresses;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Tells the stale flows of a scope from those to keep, by what the kernel's rules say now. */
public final class FlowJudge {
  /**
   * From this many frontends on, all entries are listed at once. A listing walks the whole table
   * whatever it asks for (about 20 ms), and handing over an entry costs about 3 us, so that the two
   * ways cost the same at 45,000 entries; and what a single Service brings is seldom so much.
   */
  static final int MANY_FRONTENDS = 8;

  private final FamilyPlan plan;
  private final FlowScope scope;
  private final Set<Protocol> protocols;
  private final Set<IpAddress> nodePortAddresses;
  private final boolean nodePortsOnLoopback;
  private final Map<Destination, Set<Peer>> kept;
  private final Set<Peer> ofOthers;

  /**
   * @param plan what the kernel holds
   * @param scope whose flows to judge
   * @param protocols flows of any other are never stale
   * @param hostAddresses the addresses of the node's interfaces
   */
  public FlowJudge(
      FamilyPlan plan, FlowScope scope, Set<Protocol> protocols, Set<IpAddress> hostAddresses) {
    this.plan = plan;
    this.scope = scope;
    this.protocols = Set.copyOf(protocols);
    NodePortAddresses answering = plan.context().nodePortAddresses();
    this.nodePortsOnLoopback = answering instanceof NodePortAddresses.All;
    this.nodePortAddresses =
        switch (answering) {
          case NodePortAddresses.All() -> Set.copyOf(hostAddresses);
          case NodePortAddresses.Only only -> Set.copyOf(only.addresses());
        };
    this.kept = kept(governing(plan, scope, this.protocols));
    this.ofOthers =
        scope instanceof FlowScope.Everything ? KeptPeers.ofUnseenServices(plan) : Set.of();
  }

  /** The destinations that can govern a flow of the scope, and have an owner. */
  private static Set<Destination> governing(
      FamilyPlan plan, FlowScope scope, Set<Protocol> protocols) {
    Set<Destination> governing = new HashSet<>();
    switch (scope) {
      case FlowScope.Everything() ->
          plan.claims()
              .forEach(claim -> {
                if (claim.getKey() instanceof Destination destination) {
                  governing.add(destination);
                }
              });
      case FlowScope.Frontends(Set<Destination> destinations) ->
          destinations.forEach(destination -> {
            governing.add(destination);
            // A node port governs what is left over when a virtual address is given up.
            governing.add(new Destination.NodePort(destination.protocol(), destination.port()));
          });
    }
    governing.removeIf(destination ->
        !protocols.contains(destination.protocol()) || !plan.claims().containsKey(destination));
    return governing;
  }

  private Map<Destination, Set<Peer>> kept(Set<Destination> destinations) {
    KeptPeers peers = KeptPeers.in(plan.context());
    Map<Destination, Set<Peer>> all = HashMap.newHashMap(destinations.size());
    for (Destination destination : destinations) {
      Claimants claimants = plan.claims().get(destination).orElseThrow();
      plan.inputs()
          .get(claimants.owner().service())
          .ifPresent(state -> all.put(destination, peers.of(claimants.owner(), state.slices())));
    }
    return all;
  }

  /** How many frontends are looked at. */
  public int frontends() {
    return switch (scope) {
      case FlowScope.Everything() -> kept.size();
      case FlowScope.Frontends(Set<Destination> destinations) ->
          (int) destinations.stream().filter(one -> protocols.contains(one.protocol())).count();
    };
  }

  /** What to ask the kernel for; empty when no entry can be stale. */
  public List<FlowQuery> queries() {
    return switch (scope) {
      case FlowScope.Everything() ->
          protocols.stream()
              .sorted()
              .filter(protocol ->
                  !plan.context().serviceCidrs().isEmpty()
                      || kept.keySet().stream()
                          .anyMatch(destination -> destination.protocol() == protocol))
              .map(FlowQuery::all)
              .toList();
      case FlowScope.Frontends(Set<Destination> destinations) -> {
        List<Destination> ours =
            destinations.stream()
                .filter(one -> protocols.contains(one.protocol()))
                .sorted()
                .toList();
        yield ours.size() < MANY_FRONTENDS
            ? ours.stream().map(FlowJudge::query).toList()
            : ours.stream().map(Destination::protocol).distinct().map(FlowQuery::all).toList();
      }
    };
  }

  private static FlowQuery query(Destination destination) {
    Optional<IpAddress> address =
        destination instanceof Destination.Virtual virtual
            ? Optional.of(virtual.address())
            : Optional.empty();
    return new FlowQuery(destination.protocol(), address, OptionalInt.of(destination.port()));
  }

  /**
   * Whether the flow has to begin anew. Where a frontend stands now, every flow is stale that does
   * not end at one of its endpoints; where one stood, those that were translated for it.
   */
  public boolean isStale(TrackedFlow flow) {
    if (!protocols.contains(flow.protocol())) {
      return false;
    }
    Destination virtual =
        new Destination.Virtual(flow.destination(), flow.protocol(), flow.destinationPort());
    // The rules look for virtual addresses first.
    if (plan.claims().containsKey(virtual)) {
      return isInScope(virtual) && isAstray(flow, virtual);
    }
    Destination nodePort = new Destination.NodePort(flow.protocol(), flow.destinationPort());
    boolean toNode = isNodePortAddress(flow.destination());
    if (toNode && plan.claims().containsKey(nodePort)) {
      return (isInScope(virtual) || isInScope(nodePort)) && isAstray(flow, nodePort);
    }
    return flow.translated()
        && switch (scope) {
          case FlowScope.Everything() -> isOrphan(flow);
          case FlowScope.Frontends some -> isInScope(virtual) || (toNode && isInScope(nodePort));
        };
  }

  private boolean isInScope(Destination destination) {
    return switch (scope) {
      case FlowScope.Everything() -> true;
      case FlowScope.Frontends(Set<Destination> some) -> some.contains(destination);
    };
  }

  private boolean isNodePortAddress(IpAddress address) {
    return nodePortAddresses.contains(address) || (nodePortsOnLoopback && address.isLoopback());
  }

  private boolean isAstray(TrackedFlow flow, Destination governing) {
    return !kept.getOrDefault(governing, Set.of()).contains(flow.servedBy());
  }

  /** To a ClusterIP that nobody has, and not served by a Service that is left to another proxy. */
  private boolean isOrphan(TrackedFlow flow) {
    return plan.context().serviceCidrs().stream().anyMatch(r -> r.contains(flow.destination()))
        && !ofOthers.contains(flow.servedBy());
  }
}
