package io.pointsman.snapshot;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
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
    return switch (event) {
      case ClusterEvent.ServiceSet(Service service) ->
          withState(service.name(), state(service.name()).withService(Optional.of(service)));
      case ClusterEvent.ServiceGone(ObjectName name) ->
          withState(name, state(name).withService(Optional.empty()));
      case ClusterEvent.SliceSet(EndpointSlice slice) -> withSlice(slice);
      case ClusterEvent.SliceGone(ObjectName name) -> withoutSlice(name);
      case ClusterEvent.NodeSet(Node changed) -> withNode(Optional.of(changed));
      case ClusterEvent.NodeGone(String name) ->
          node.filter(known -> known.name().equals(name)).isPresent()
              ? withNode(Optional.empty())
              : this;
      case ClusterEvent.ServiceCidrSet(ServiceCidr cidr) ->
          withServiceCidrs(serviceCidrs.with(cidr.name(), cidr));
      case ClusterEvent.ServiceCidrGone(String name) ->
          withServiceCidrs(serviceCidrs.without(name));
    };
  }

  /** The named Service with its slices; both missing when nothing is known of it. */
  public ServiceState state(ObjectName name) {
    return services.getOrDefault(name, ServiceState.NOTHING);
  }

  private ClusterSnapshot withSlice(EndpointSlice slice) {
    ClusterSnapshot base =
        sliceOwners.get(slice.name()).filter(owner -> !owner.equals(slice.service())).isPresent()
            ? withoutSlice(slice.name())
            : this;
    return base.withState(slice.service(), base.state(slice.service()).withSlice(slice))
        .withOwners(base.sliceOwners.with(slice.name(), slice.service()));
  }

  private ClusterSnapshot withoutSlice(ObjectName name) {
    Optional<ObjectName> owner = sliceOwners.get(name);
    return owner
        .map(service -> withState(service, state(service).withoutSlice(name)))
        .orElse(this)
        .withOwners(sliceOwners.without(name));
  }

  private ClusterSnapshot withState(ObjectName name, ServiceState state) {
    PersistentMap<ObjectName, ServiceState> changed =
        state.isNothing() ? services.without(name) : services.with(name, state);
    return changed == services
        ? this
        : new ClusterSnapshot(changed, sliceOwners, node, serviceCidrs);
  }

  private ClusterSnapshot withOwners(PersistentMap<ObjectName, ObjectName> changed) {
    return changed == sliceOwners
        ? this
        : new ClusterSnapshot(services, changed, node, serviceCidrs);
  }

  private ClusterSnapshot withNode(Optional<Node> changed) {
    return changed.equals(node)
        ? this
        : new ClusterSnapshot(services, sliceOwners, changed, serviceCidrs);
  }

  private ClusterSnapshot withServiceCidrs(PersistentMap<String, ServiceCidr> changed) {
    return changed == serviceCidrs
        ? this
        : new ClusterSnapshot(services, sliceOwners, node, changed);
  }
}
