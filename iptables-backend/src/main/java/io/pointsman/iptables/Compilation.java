package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import java.util.List;
import java.util.Optional;
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
    Trees with(Fragment fragment) {
      return new Trees(
          added(services, fragment.services()),
          added(nodePorts, fragment.nodePorts()),
          added(refused, fragment.refused()),
          added(refusedExternally, fragment.refusedExternally()),
          added(refusedNodePorts, fragment.refusedNodePorts()),
          added(guarded, fragment.guarded()),
          healthChecks);
    }

    Trees without(Fragment fragment) {
      return new Trees(
          removed(services, fragment.services()),
          removed(nodePorts, fragment.nodePorts()),
          removed(refused, fragment.refused()),
          removed(refusedExternally, fragment.refusedExternally()),
          removed(refusedNodePorts, fragment.refusedNodePorts()),
          removed(guarded, fragment.guarded()),
          healthChecks);
    }

    Trees withHealthCheck(Way way) {
      return withHealthChecks(healthChecks.with(way));
    }

    Trees withoutHealthCheck(Destination destination) {
      return withHealthChecks(healthChecks.without(destination));
    }

    private Trees withHealthChecks(DispatchTree changed) {
      return new Trees(
          services, nodePorts, refused, refusedExternally, refusedNodePorts, guarded, changed);
    }

    PersistentMap<ChainId, List<Rule>> write(
        Trees before, PersistentMap<ChainId, List<Rule>> chains) {
      PersistentMap<ChainId, List<Rule>> written = services.write(before.services, chains);
      written = nodePorts.write(before.nodePorts, written);
      written = refused.write(before.refused, written);
      written = refusedExternally.write(before.refusedExternally, written);
      written = refusedNodePorts.write(before.refusedNodePorts, written);
      written = guarded.write(before.guarded, written);
      return healthChecks.write(before.healthChecks, written);
    }

    private static DispatchTree added(DispatchTree tree, List<Way> ways) {
      DispatchTree result = tree;
      for (Way way : ways) {
        result = result.with(way);
      }
      return result;
    }

    private static DispatchTree removed(DispatchTree tree, List<Way> ways) {
      DispatchTree result = tree;
      for (Way way : ways) {
        result = result.without(way.destination());
      }
      return result;
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
            trees.ways()
                .filter(way ->
                    way.rules().contains(rule.rule()) || way.named().contains(rule.rule()))
                .map(Way::owner)
                .findFirst());
  }
}
