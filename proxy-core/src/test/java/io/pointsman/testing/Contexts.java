package io.pointsman.testing;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import java.util.List;
import java.util.Optional;

/** Node contexts for tests. */
public final class Contexts {
  private Contexts() {}

  /** Node {@link RandomCluster#NODE} in zone-0 with pods in 10.244.0.0/16 or fd00:244::/64. */
  public static NodeContext of(IpFamily family) {
    boolean v4 = family == IpFamily.IPV4;
    return new NodeContext(
        family,
        RandomCluster.NODE,
        "zone-0",
        Optional.empty(),
        new LocalDetector.SourceRange(Cidr.of(v4 ? "10.244.0.0/16" : "fd00:244::/64")),
        new NodePortAddresses.All(),
        false,
        false,
        14,
        List.of(Cidr.of(v4 ? "10.96.0.0/12" : "fd00:96::/108")));
  }
}
