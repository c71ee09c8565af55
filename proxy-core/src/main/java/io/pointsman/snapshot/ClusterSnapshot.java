package io.pointsman.snapshot;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster looks like to one node at one moment.
 *
 * @param services every Service, and every name that a slice carries although no such Service
 *     exists
 * @param sliceOwners for each slice, the Service that it named last: a slice that changes to
 *     another Service must leave the old one
 * @param node this proxy's Node, when it exists
 * @param serviceCidrs the ranges of ClusterIPs, by name
 */
public record ClusterSnapshot(
    PersistentMap<ObjectName, ServiceState> services,
    PersistentMap<ObjectName, ObjectName> sliceOwners,
    Optional<Node> node,
    PersistentMap<String, ServiceCidr> serviceCidrs) {

  private static final ClusterSnapshot EMPTY =
      new ClusterSnapshot(
          PersistentMap.empty(), PersistentMap.empty(), Optional.empty(), PersistentMap.empty());

  /** A cluster without objects. */
  public static ClusterSnapshot empty() {
    return EMPTY;
  }

  /** The snapshot after the event; this very one when the event changes nothing. */
  public ClusterSnapshot apply(ClusterEvent event) {
    return apply(List.of(event));
  }

  /** The snapshot after the events, in their order; this very one when they change nothing. */
  public ClusterSnapshot apply(Collection<ClusterEvent> events) {
    Step step = new Step(this);
    events.forEach(step::take);
    return step.finish();
  }

  /** The named Service with its slices; both missing when nothing is known of it. */
  public ServiceState state(ObjectName name) {
    return services.getOrDefault(name, ServiceState.NOTHING);
  }

  /** The work of one call: mutable inside, never seen outside. */
  private static final class Step {
    private final ClusterSnapshot before;
    private final PersistentMap.Builder<ObjectName, ServiceState> services;
    private final PersistentMap.Builder<ObjectName, ObjectName> sliceOwners;
    private final PersistentMap.Builder<String, ServiceCidr> serviceCidrs;
    private Optional<Node> node;

    Step(ClusterSnapshot before) {
      this.before = before;
      this.services = before.services.builder();
      this.sliceOwners = before.sliceOwners.builder();
      this.serviceCidrs = before.serviceCidrs.builder();
      this.node = before.node;
    }

    void take(ClusterEvent event) {
      switch (event) {
        case ClusterEvent.ServiceSet(Service service) ->
            put(service.name(), state(service.name()).withService(Optional.of(service)));
        case ClusterEvent.ServiceGone(ObjectName name) ->
            put(name, state(name).withService(Optional.empty()));
        case ClusterEvent.SliceSet(EndpointSlice slice) -> add(slice);
        case ClusterEvent.SliceGone(ObjectName name) -> removeSlice(name);
        case ClusterEvent.NodeSet(Node changed) -> node = Optional.of(changed);
        case ClusterEvent.NodeGone(String name) ->
            node = node.filter(known -> !known.name().equals(name));
        case ClusterEvent.ServiceCidrSet(ServiceCidr cidr) -> serviceCidrs.put(cidr.name(), cidr);
        case ClusterEvent.ServiceCidrGone(String name) -> serviceCidrs.remove(name);
      }
    }

    private ServiceState state(ObjectName name) {
      return services.getOrDefault(name, ServiceState.NOTHING);
    }

    private void put(ObjectName name, ServiceState state) {
      if (state.isNothing()) {
        services.remove(name);
      } else {
        services.put(name, state);
      }
    }

    private void add(EndpointSlice slice) {
      if (!sliceOwners.getOrDefault(slice.name(), slice.service()).equals(slice.service())) {
        removeSlice(slice.name());
      }
      put(slice.service(), state(slice.service()).withSlice(slice));
      sliceOwners.put(slice.name(), slice.service());
    }

    private void removeSlice(ObjectName name) {
      sliceOwners.get(name).ifPresent(service -> put(service, state(service).withoutSlice(name)));
      sliceOwners.remove(name);
    }

    ClusterSnapshot finish() {
      ClusterSnapshot after =
          new ClusterSnapshot(services.build(), sliceOwners.build(), node, serviceCidrs.build());
      return after.isThatOf(before) ? before : after;
    }
  }

  private boolean isThatOf(ClusterSnapshot other) {
    return services == other.services
        && sliceOwners == other.sliceOwners
        && serviceCidrs == other.serviceCidrs
        && node.equals(other.node);
  }
}
