package io.pointsman.plan;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.snapshot.ServiceState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes the plan of one family from a snapshot.
 *
 * <p>Two steps: each changed Service is planned by itself; then what several ports want is settled,
 * which can touch Services that did not change. Both work from the previous plan; a full plan is
 * the same work with an empty plan before it.
 */
public final class Planner {
  private Planner() {}

  /**
   * The plan for the snapshot.
   *
   * @param previous any earlier plan; where its inputs are the same its results are reused
   */
  public static FamilyPlan plan(
      FamilyPlan previous, ClusterSnapshot snapshot, NodeContext context) {
    FamilyPlan base = previous.context().equals(context) ? previous : FamilyPlan.empty(context);
    Step step = new Step(base, context);
    base.inputs().difference(snapshot.services(), step);
    return step.finish(snapshot.services());
  }

  /** The work of one call: mutable inside, never seen outside. */
  private static final class Step implements PersistentMap.Changes<ObjectName, ServiceState> {
    private final NodeContext context;
    private final ServicePlanner planner;
    private final Set<ObjectName> touched = new HashSet<>();
    private final PersistentMap.Builder<ObjectName, ServicePlan> wishes;
    private final PersistentMap.Builder<Claimable, Claimants> claims;
    private final PersistentMap.Builder<ObjectName, ServicePlan> services;

    Step(FamilyPlan base, NodeContext context) {
      this.context = context;
      this.planner = new ServicePlanner(context);
      this.wishes = base.wishes().builder();
      this.claims = base.claims().builder();
      this.services = base.services().builder();
    }

    @Override
    public void added(ObjectName name, ServiceState state) {
      replace(name, planner.plan(name, state));
    }

    @Override
    public void removed(ObjectName name, ServiceState state) {
      replace(name, Optional.empty());
    }

    @Override
    public void changed(ObjectName name, ServiceState before, ServiceState after) {
      replace(name, planner.plan(name, after));
    }

    private void replace(ObjectName name, Optional<ServicePlan> wish) {
      Optional<ServicePlan> before = wishes.get(name);
      if (before.equals(wish)) {
        return;
      }
      touched.add(name);
      before.ifPresent(this::withdraw);
      wish.ifPresent(this::claim);
      wish.ifPresentOrElse(plan -> wishes.put(name, plan), () -> wishes.remove(name));
    }

    private void claim(ServicePlan plan) {
      forEachClaim(plan, (wanted, claim) -> settle(wanted, before -> before.with(claim)));
    }

    private void withdraw(ServicePlan plan) {
      forEachClaim(plan, (wanted, claim) -> settle(wanted, before -> before.without(claim)));
    }

    private void settle(Claimable wanted, UnaryOperator<Claimants> change) {
      Claimants before = claims.getOrDefault(wanted, Claimants.NOBODY);
      Claimants after = change.apply(before);
      if (before.areRivals() || after.areRivals()) {
        before.claims().forEach(claim -> touched.add(claim.port().service()));
        after.claims().forEach(claim -> touched.add(claim.port().service()));
      }
      if (after.claims().isEmpty()) {
        claims.remove(wanted);
      } else {
        claims.put(wanted, after);
      }
    }

    private interface ClaimVisitor {
      void visit(Claimable wanted, Claimants.Claim claim);
    }

    private static void forEachClaim(ServicePlan plan, ClaimVisitor visitor) {
      for (PortPlan port : plan.ports()) {
        Claimants.Claim claim = new Claimants.Claim(plan.created(), port.name());
        for (Frontend frontend : port.frontends()) {
          visitor.visit(frontend.destination(), claim);
        }
        if (port.affinitySeconds() > 0) {
          visitor.visit(AffinityGroup.of(port.name()), claim);
        }
      }
      plan.healthCheck()
          .ifPresent(check ->
              visitor.visit(
                  check.destination(),
                  new Claimants.Claim(plan.created(), HealthCheck.claimant(plan.service()))));
    }

    FamilyPlan finish(PersistentMap<ObjectName, ServiceState> inputs) {
      for (ObjectName name : touched) {
        wishes
            .get(name)
            .ifPresentOrElse(
                wish -> services.put(name, granted(wish)), () -> services.remove(name));
      }
      return new FamilyPlan(context, services.build(), inputs, wishes.build(), claims.build());
    }

    /** The wish without what others own. */
    private ServicePlan granted(ServicePlan wish) {
      List<PortPlan> ports = new ArrayList<>(wish.ports().size());
      List<Diagnostic> diagnostics = new ArrayList<>(wish.diagnostics());
      for (PortPlan port : wish.ports()) {
        List<Frontend> kept = new ArrayList<>(port.frontends().size());
        for (Frontend frontend : port.frontends()) {
          if (owner(frontend.destination()).equals(port.name())) {
            kept.add(frontend);
          } else {
            diagnostics.add(taken(wish, frontend.kind().toString(), frontend.destination()));
          }
        }
        ports.add(withAffinity(port.withFrontends(kept), diagnostics));
      }
      Optional<HealthCheck> healthCheck =
          wish.healthCheck()
              .filter(
                  check -> owner(check.destination()).equals(HealthCheck.claimant(wish.service())));
      if (!healthCheck.equals(wish.healthCheck())) {
        wish.healthCheck()
            .ifPresent(check ->
                diagnostics.add(taken(wish, "health check node port", check.destination())));
      }
      return diagnostics.size() == wish.diagnostics().size()
          ? wish
          : new ServicePlan(wish.service(), wish.created(), ports, healthCheck, diagnostics);
    }

    /** The port without session affinity when another port has its number. */
    private PortPlan withAffinity(PortPlan port, List<Diagnostic> diagnostics) {
      if (port.affinitySeconds() == 0) {
        return port;
      }
      AffinityGroup group = AffinityGroup.of(port.name());
      if (owner(group).equals(port.name())) {
        return port;
      }
      diagnostics.add(
          new Diagnostic(
              "Service " + port.name().service(),
              "the "
                  + group
                  + ", which follows from the name of its port "
                  + port.name()
                  + ", already belongs to Service "
                  + owner(group).display()
                  + "; session affinity is off for this port; rename the port or the Service"));
      return port.withoutAffinity();
    }

    private ServicePortName owner(Claimable wanted) {
      return claims.getOrDefault(wanted, Claimants.NOBODY).owner();
    }

    private Diagnostic taken(ServicePlan wish, String what, Destination destination) {
      return new Diagnostic(
          "Service " + wish.service(),
          "its "
              + what
              + " "
              + destination
              + " already belongs to Service "
              + owner(destination).display()
              + "; it is not programmed for this one");
    }
  }
}
