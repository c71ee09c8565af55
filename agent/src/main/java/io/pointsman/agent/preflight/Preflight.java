package io.pointsman.agent.preflight;

import java.util.List;
import java.util.stream.Stream;

/** All that can be said of a machine. Pure. */
public final class Preflight {
  private Preflight() {}

  /** Every finding, in the order in which to read them. */
  public static List<Finding> judge(Facts facts) {
    return Stream.of(
            IpvsFindings.of(facts),
            BackendFindings.of(facts),
            MachineFindings.of(facts),
            LockFindings.of(facts),
            RivalFindings.of(facts),
            FirewallFindings.of(facts),
            NodePortFindings.of(facts))
        .flatMap(List::stream)
        .toList();
  }
}
