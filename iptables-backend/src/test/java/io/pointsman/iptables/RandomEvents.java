package io.pointsman.iptables;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Service;
import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.testing.RandomCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The events of {@link RandomCluster}, with what matters to this backend more than to others:
 * source ranges, session affinity, endpoints in the node's own network. The same seed gives the
 * same.
 */
final class RandomEvents {
  private final RandomCluster cluster;
  private final Random random;

  RandomEvents(long seed) {
    this.cluster = new RandomCluster(seed);
    this.random = new Random(~seed);
  }

  ClusterEvent next() {
    return switch (cluster.next()) {
      case ClusterEvent.ServiceSet(Service service) ->
          new ClusterEvent.ServiceSet(seasoned(service));
      case ClusterEvent.SliceSet(EndpointSlice slice) ->
          random.nextInt(8) == 0
              ? new ClusterEvent.SliceSet(withHostNetwork(slice))
              : new ClusterEvent.SliceSet(slice);
      case ClusterEvent other -> other;
    };
  }

  private Service seasoned(Service s) {
    List<String> ranges =
        switch (random.nextInt(6)) {
          case 0 -> List.of("203.0.113.0/24", "2001:db8:9::/48");
          case 1 -> List.of("172.29.0.0/24", "fd00:29::/64");
          default -> List.of();
        };
    return new Service(
        s.name(),
        s.created(),
        s.type(),
        s.clusterIps(),
        s.ipFamilies(),
        s.ports(),
        s.externalIps(),
        s.loadBalancerIps(),
        ranges,
        s.internalTrafficPolicy(),
        s.externalTrafficPolicy(),
        random.nextInt(4) == 0 ? 60 : 0,
        s.healthCheckNodePort());
  }

  private static EndpointSlice withHostNetwork(EndpointSlice slice) {
    List<Endpoint> endpoints = new ArrayList<>(slice.endpoints());
    endpoints.add(
        Endpoint.ready(
            slice.family() == IpFamily.IPV4 ? "172.29.0.11" : "fd00:29::11", RandomCluster.NODE));
    return new EndpointSlice(
        slice.name(),
        slice.service(),
        slice.family(),
        slice.ports(),
        endpoints,
        slice.lastChangeTrigger());
  }
}
