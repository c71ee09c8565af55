package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.FamilyPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A plan with the ruleset made from it, and what the next compilation starts from.
 *
 * @param plan the input
 * @param ruleset the output
 * @param trees the dispatch by destination
 * @param owners which Service each chain of a Service port belongs to
 */
record Compilation(
    FamilyPlan plan,
    IptablesRuleset ruleset,
    Trees trees,
    PersistentMap<ChainId, ObjectName> owners) {

  /**
   * The dispatch trees, in the order of the fields of {@link Fragment}; the last lets load
   * balancers ask for the health of whole Services.
   */
  record Trees(
      DispatchTree services,
      DispatchTree nodePorts,
      DispatchTree refused,
      DispatchTree refusedExternally,
      DispatchTree refusedNodePorts,
      DispatchTree guarded,
      DispatchTree healthChecks) {
    /** With the ways of these fragments, and these ways for health checks. */
    Trees with(List<Fragment> fragments, List<Way> checks) {
      return new Trees(
          services.with(all(fragments, Fragment::services)),
          nodePorts.with(all(fragments, Fragment::nodePorts)),
          refused.with(all(fragments, Fragment::refused)),
          refusedExternally.with(all(fragments, Fragment::refusedExternally)),
          refusedNodePorts.with(all(fragments, Fragment::refusedNodePorts)),
          guarded.with(all(fragments, Fragment::guarded)),
          healthChecks.with(checks));
    }

    /** Without them. */
    Trees without(List<Fragment> fragments, List<Way> checks) {
      return new Trees(
          services.without(all(fragments, Fragment::services)),
          nodePorts.without(all(fragments, Fragment::nodePorts)),
          refused.without(all(fragments, Fragment::refused)),
          refusedExternally.without(all(fragments, Fragment::refusedExternally)),
          refusedNodePorts.without(all(fragments, Fragment::refusedNodePorts)),
          guarded.without(all(fragments, Fragment::guarded)),
          healthChecks.without(checks));
    }

    private static List<Way> all(List<Fragment> fragments, Function<Fragment, List<Way>> ofOne) {
      List<Way> ways = new ArrayList<>();
      fragments.forEach(fragment -> ways.addAll(ofOne.apply(fragment)));
      return ways;
    }

    /** Brings the chains of these earlier trees up to date. */
    void write(Trees before, PersistentMap.Builder<ChainId, List<Rule>> chains) {
      services.write(before.services, chains);
      nodePorts.write(before.nodePorts, chains);
      refused.write(before.refused, chains);
      refusedExternally.write(before.refusedExternally, chains);
      refusedNodePorts.write(before.refusedNodePorts, chains);
      guarded.write(before.guarded, chains);
      healthChecks.write(before.healthChecks, chains);
    }

    Stream<Way> ways() {
      return Stream.of(
              services,
              nodePorts,
              refused,
              refusedExternally,
              refusedNodePorts,
              guarded,
              healthChecks)
          .flatMap(tree -> tree.ways().stream());
    }
  }

  /** The Service that a rule is there for, when it is there for one alone. */
  Optional<ObjectName> owner(Hook rule) {
    return owners
        .get(rule.chain())
        .or(() ->
            trees
                .ways()
                .filter(
                    way -> way.rules().contains(rule.rule()) || way.named().contains(rule.rule()))
                .map(Way::owner)
                .findFirst());
  }
}
