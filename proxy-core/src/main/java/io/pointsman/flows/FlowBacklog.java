package io.pointsman.flows;

import io.pointsman.plan.FamilyPlan;

/**
 * The work of one family that is still to be done. Every plan that the kernel was asked to hold
 * adds to it, committed or not, because flows may have begun under each of them; it is done only
 * once the kernel holds the latest.
 *
 * @param plan the latest
 * @param scope whose flows to look at
 * @param syncs how many syncs added to it
 * @param committed the kernel holds the latest plan
 */
public record FlowBacklog(FamilyPlan plan, FlowScope scope, int syncs, boolean committed) {
  /** The first sync of a process: what happened before it is not known. */
  public static FlowBacklog first(FamilyPlan plan, boolean committed) {
    return new FlowBacklog(plan, new FlowScope.Everything(), 1, committed);
  }

  /** With the next sync's. */
  public FlowBacklog after(FamilyPlan next, boolean nextCommitted) {
    FlowScope changes = new FlowScope.Frontends(FlowChanges.between(plan, next));
    return new FlowBacklog(next, scope.and(changes), syncs + 1, nextCommitted);
  }

  /** With all flows to look at: somebody had touched the rules, and flows may have gone by them. */
  public FlowBacklog afterDisturbance() {
    return new FlowBacklog(plan, new FlowScope.Everything(), syncs, committed);
  }

  /** Whether it can be done, and somebody may wait for it. */
  public boolean isDue() {
    return committed && syncs > 0;
  }

  /** What is left when all of it was done. */
  public FlowBacklog done() {
    return new FlowBacklog(plan, FlowScope.nothing(), 0, committed);
  }
}
