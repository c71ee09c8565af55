package io.pointsman.lab.cluster;

import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.net.IpFamily;
import java.util.List;

/**
 * What a cluster shall be, checked and complete.
 *
 * @param name of the lab: several with different names can be up
 * @param nodes names, 1..12 characters each
 * @param objects that it begins with, pods among them
 */
public record ClusterSpec(
    String name,
    ProxyMode backend,
    PodNetwork podNetwork,
    Ranges ranges,
    List<String> nodes,
    List<Manifest> objects) {
  public ClusterSpec {
    nodes = List.copyOf(nodes);
    objects = List.copyOf(objects);
  }

  /** One or both, the primary one first. */
  List<IpFamily> families() {
    return ranges.nodes().stream().map(range -> range.family()).toList();
  }
}
