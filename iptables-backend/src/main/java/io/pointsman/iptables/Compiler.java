package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.HealthCheck;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes rulesets from plans. Pure: the ruleset depends on the plan alone, the time on how much of
 * it is new since the compilation before.
 *
 * @param hairpin what the kernel can do
 * @param invalid what is asked of the kernel beside any plan
 * @param counts whether the kernel has named counters
 */
record Compiler(Hairpin hairpin, InvalidPackets invalid, boolean counts) {
  /** For a kernel with the default settings and without counters. */
  Compiler(Hairpin hairpin) {
    this(hairpin, InvalidPackets.DROPPED, false);
  }

  /** The compilation of a plan without predecessor. */
  Compilation compile(FamilyPlan plan) {
    return compile(nothing(plan.context()), plan);
  }

  /** The compilation of a plan, reusing what an earlier one shares with it. */
  Compilation compile(Compilation before, FamilyPlan plan) {
    if (!before.plan().context().equals(plan.context())) {
      return compile(plan);
    }
    List<ServicePlan> gone = new ArrayList<>();
    List<ServicePlan> fresh = new ArrayList<>();
    before.plan().services().difference(plan.services(), new Gather(gone, fresh));
    PersistentMap.Builder<ChainId, List<Rule>> chains = before.ruleset().chains().builder();
    PersistentMap.Builder<ChainId, ObjectName> owners = before.owners().builder();
    Compilation.Trees trees = before.trees();
    // A destination may pass from one Service to another: everything old goes first.
    List<Fragment> fragments = fragments(plan.context(), gone);
    trees = trees.without(fragments, admissions(gone));
    for (Fragment fragment : fragments) {
      for (ChainId chain : fragment.chains().keySet()) {
        chains.remove(chain);
        owners.remove(chain);
      }
    }
    fragments = fragments(plan.context(), fresh);
    trees = trees.with(fragments, admissions(fresh));
    for (Fragment fragment : fragments) {
      fragment
          .chains()
          .forEach((chain, rules) -> {
            chains.put(chain, rules);
            owners.put(chain, fragment.owner());
          });
    }
    trees.write(before.trees(), chains);
    return new Compilation(
        plan, before.ruleset().withChains(chains.build()), trees, owners.build());
  }

  private List<Fragment> fragments(NodeContext context, List<ServicePlan> services) {
    return services.stream()
        .flatMap(service -> service.ports().stream())
        .map(port -> PortCompiler.compile(context, hairpin, port))
        .toList();
  }

  private static List<Way> admissions(List<ServicePlan> services) {
    return services.stream()
        .flatMap(service -> service.healthCheck().map(check -> admission(service, check)).stream())
        .toList();
  }

  private Compilation nothing(NodeContext context) {
    Foundation foundation = new Foundation(context, this);
    return new Compilation(
        FamilyPlan.empty(context),
        foundation.ruleset(),
        trees(context.family(), foundation),
        PersistentMap.empty());
  }

  private static Compilation.Trees trees(IpFamily family, Foundation foundation) {
    return new Compilation.Trees(
        DispatchTree.empty(
            DispatchKey.ofAddresses(Table.NAT, ChainNames.SERVICES, "KUBE-IP-", family),
            foundation.nodePortEntrance()),
        DispatchTree.empty(
            DispatchKey.ofNodePorts(Table.NAT, ChainNames.NODE_PORTS, "KUBE-NP-"), List.of()),
        DispatchTree.empty(
            DispatchKey.ofAddresses(Table.FILTER, ChainNames.SERVICES, "KUBE-IP-", family),
            List.of()),
        DispatchTree.empty(
            DispatchKey.ofAddresses(
                Table.FILTER, ChainNames.EXTERNAL_SERVICES, "KUBE-XIP-", family),
            foundation.externalNodePortEntrance()),
        DispatchTree.empty(
            DispatchKey.ofNodePorts(Table.FILTER, ChainNames.EXTERNAL_NODE_PORTS, "KUBE-XNP-"),
            List.of()),
        DispatchTree.empty(
            DispatchKey.ofAddresses(Table.FILTER, ChainNames.PROXY_FIREWALL, "KUBE-FIP-", family),
            List.of()),
        DispatchTree.empty(
            DispatchKey.ofNodePorts(Table.FILTER, ChainNames.NODE_PORTS, "KUBE-HCP-"), List.of()));
  }

  /** Load balancers may ask for the Service's health whatever firewall the host has after us. */
  private static Way admission(ServicePlan service, HealthCheck check) {
    Match.Proto proto = new Match.Proto(check.destination().protocol());
    return new Way(
        check.destination(),
        List.of(
            Rule.of(
                new Action.Accept(),
                proto,
                Match.DestinationPorts.only(proto.protocol(), check.port()))),
        service.service() + " health check node port",
        service.service());
  }

  private record Gather(List<ServicePlan> gone, List<ServicePlan> fresh)
      implements PersistentMap.Changes<ObjectName, ServicePlan> {
    @Override
    public void added(ObjectName key, ServicePlan value) {
      fresh.add(value);
    }

    @Override
    public void removed(ObjectName key, ServicePlan value) {
      gone.add(value);
    }

    @Override
    public void changed(ObjectName key, ServicePlan before, ServicePlan after) {
      gone.add(before);
      fresh.add(after);
    }
  }
}
