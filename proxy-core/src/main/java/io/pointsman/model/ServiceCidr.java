package io.pointsman.model;

import java.util.List;

/**
 * A ServiceCIDR (networking.k8s.io/v1): ranges from which ClusterIPs are given out.
 *
 * @param name {@code metadata.name}
 * @param cidrs {@code spec.cidrs}; texts
 */
public record ServiceCidr(String name, List<String> cidrs) {
  public ServiceCidr {
    cidrs = List.copyOf(cidrs);
  }
}
