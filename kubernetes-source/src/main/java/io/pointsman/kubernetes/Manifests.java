package io.pointsman.kubernetes;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What manifest files say, in the order of files and documents.
 *
 * @param services Services that this proxy may see
 * @param slices EndpointSlices that this proxy may see
 * @param nodes all Nodes
 * @param serviceCidrs all ServiceCIDRs
 * @param ignored how many objects were left out, by kind: those that a proxy has no use for, and
 *     those hidden from this one
 */
public record Manifests(
    List<Service> services,
    List<EndpointSlice> slices,
    List<Node> nodes,
    List<ServiceCidr> serviceCidrs,
    Map<String, Integer> ignored) {

  /** No objects. */
  public static final Manifests EMPTY =
      new Manifests(List.of(), List.of(), List.of(), List.of(), Map.of());

  public Manifests {
    services = List.copyOf(services);
    slices = List.copyOf(slices);
    nodes = List.copyOf(nodes);
    serviceCidrs = List.copyOf(serviceCidrs);
    ignored = Map.copyOf(ignored);
  }

  /**
   * The events that lead from other manifests to these.
   *
   * @param nodeName the only Node that counts
   */
  public List<ClusterEvent> since(Manifests earlier, String nodeName) {
    List<ClusterEvent> events = new ArrayList<>();
    changes(
        earlier.nodes.stream().filter(node -> node.name().equals(nodeName)).toList(),
        nodes.stream().filter(node -> node.name().equals(nodeName)).toList(),
        Node::name,
        ClusterEvent.NodeSet::new,
        ClusterEvent.NodeGone::new,
        events);
    changes(
        earlier.serviceCidrs,
        serviceCidrs,
        ServiceCidr::name,
        ClusterEvent.ServiceCidrSet::new,
        ClusterEvent.ServiceCidrGone::new,
        events);
    Manifests.<Service, ObjectName>changes(
        earlier.services,
        services,
        Service::name,
        ClusterEvent.ServiceSet::new,
        ClusterEvent.ServiceGone::new,
        events);
    Manifests.<EndpointSlice, ObjectName>changes(
        earlier.slices,
        slices,
        EndpointSlice::name,
        ClusterEvent.SliceSet::new,
        ClusterEvent.SliceGone::new,
        events);
    return events;
  }

  private static <T, K> void changes(
      List<T> before,
      List<T> after,
      Function<T, K> key,
      Function<T, ClusterEvent> set,
      Function<K, ClusterEvent> gone,
      List<ClusterEvent> events) {
    Map<K, T> old = before.stream().collect(Collectors.toMap(key, Function.identity()));
    for (T object : after) {
      if (!object.equals(old.remove(key.apply(object)))) {
        events.add(set.apply(object));
      }
    }
    old.keySet().forEach(left -> events.add(gone.apply(left)));
  }
}
