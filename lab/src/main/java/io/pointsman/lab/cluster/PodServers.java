package io.pointsman.lab.cluster;

import io.pointsman.lab.scenario.Manifest;
import java.util.Set;

/** Starts what serves in pods. */
interface PodServers {
  /**
   * Starts the server of a pod, by its image.
   *
   * @param in the place whose network namespace it works in
   * @param name what it calls itself
   * @param ports that its containers name
   */
  PodServer start(Manifest pod, String in, String name, Set<Integer> ports);
}
