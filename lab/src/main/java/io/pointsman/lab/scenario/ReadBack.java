package io.pointsman.lab.scenario;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.lab.Topology.Node;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether kernels hold the last plans and nothing more of the proxy. */
final class ReadBack {
  private final Lab lab;
  private final LastPlans plans;
  private final Backend backend;

  ReadBack(Lab lab, LastPlans plans, Backend backend) {
    this.lab = lab;
    this.plans = plans;
    this.backend = backend;
  }

  /** What is not as planned on this node, a line for each. */
  List<String> differences(Node node) {
    List<String> lines = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      plans
          .of(node.hostName(), family)
          .map(plan -> lastDrift(node, plan))
          .filter(drift -> !drift.isEmpty())
          .ifPresent(drift ->
              lines.add(
                  "the %s rules of %s on %s are not as planned: %s"
                      .formatted(backend.mode(), family, node.hostName(), drift)));
    }
    Set<String> places = new NodeRules(lab.namespace(node.name())).leftovers();
    Set<String> expected = places(backend.mode());
    if (!places.equals(expected)) {
      lines.add(
          "rules of proxies on %s are in %s instead of %s"
              .formatted(node.hostName(), new TreeSet<>(places), new TreeSet<>(expected)));
    }
    return lines;
  }

  /**
   * How the kernel differs from the plan or, where it does, from the one that comes next: a sync
   * that an address on the node led to, not an object, may have written before it told its plan.
   */
  private List<String> lastDrift(Node node, FamilyPlan first) {
    FamilyPlan plan = first;
    while (true) {
      List<String> drift = drift(node, plan);
      Optional<FamilyPlan> next = drift.isEmpty() ? Optional.empty() : plans.after(plan);
      if (next.isEmpty()) {
        return drift;
      }
      plan = next.get();
    }
  }

  private List<String> drift(Node node, FamilyPlan plan) {
    try {
      return lab.namespace(node.name())
          .call(() -> {
            try (Dataplane dataplane = backend.open(plan.context().family())) {
              dataplane.prepare(plan);
              return dataplane.drift();
            }
          });
    } catch (Exception e) {
      throw new LabException("the rules of " + node.name() + " cannot be read: " + e, e);
    }
  }

  /** Where rules of Pointsman are in this mode, as {@link NodeRules#leftovers} names it. */
  static Set<String> places(String mode) {
    return mode.equals("nftables")
        ? Set.of("nft table ip pointsman", "nft table ip6 pointsman")
        : Set.of(
            "iptables nat",
            "iptables filter",
            "iptables mangle",
            "ip6tables nat",
            "ip6tables filter",
            "ip6tables mangle");
  }
}
